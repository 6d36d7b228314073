"""The settings of one installation. Law: read once, judged whole at start, frozen; secrets are files under `instance/keys`, never settings."""

from credentialing.config.load import INSTANCE_VARIABLE, config_file, load_settings
from credentialing.config.settings import SECRETS, Messages, Settings, SmtpSecurity, Worker

__all__ = ["INSTANCE_VARIABLE", "SECRETS", "Messages", "Settings", "SmtpSecurity", "Worker", "config_file", "load_settings"]
