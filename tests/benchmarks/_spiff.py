"""The same procedure as a BPMN process for SpiffWorkflow: each state a user task, each move a flow. A means of comparison, not a benchmark."""

from collections.abc import Callable
from xml.sax.saxutils import quoteattr

from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser

from credentialing.workflow.machine import targets
from credentialing.workflow.model import STAY, Definition

_BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"


def bpmn(definition: Definition) -> str:
    """The definition as BPMN: a gateway after each task leads where the move that the task's data names leads (its first target, when it leads back)."""
    parts = ['<startEvent id="begin"/>', f'<sequenceFlow id="f0" sourceRef="begin" targetRef={quoteattr(definition.starts_in)}/>']
    for state in definition.states.values():
        if state.final:
            parts.append(f"<endEvent id={quoteattr(state.name)}/>")
            continue
        parts.append(f"<userTask id={quoteattr(state.name)} name={quoteattr(state.name)}/>")
        parts.append(f'<exclusiveGateway id="g_{state.name}" default="{state.name}_stay"/>')
        parts.append(f'<sequenceFlow id="t_{state.name}" sourceRef="{state.name}" targetRef="g_{state.name}"/>')
        parts.append(f'<sequenceFlow id="{state.name}_stay" sourceRef="g_{state.name}" targetRef="{state.name}"/>')
        for move in definition.moves.values():
            if state.name in move.from_states:
                to = state.name if move.to == STAY else targets(definition, move)[0]
                flow = f'<sequenceFlow id="{state.name}_{move.name}" sourceRef="g_{state.name}" targetRef="{to}">'
                parts.append(f"{flow}<conditionExpression>move == '{move.name}'</conditionExpression></sequenceFlow>")
    return f'<definitions xmlns="{_BPMN}" targetNamespace="x"><process id="procedure" isExecutable="true">{"".join(parts)}</process></definitions>'


def one_task(definition: Definition, path: tuple[str, ...]) -> Callable[[], Callable[[], object]]:
    """Something that makes a fresh case, walks it along all moves of `path` but the last, and gives the act of completing that one user task."""
    parser = BpmnParser()
    parser.add_bpmn_str(bpmn(definition).encode())
    spec = parser.get_spec("procedure")

    def complete(workflow: BpmnWorkflow, move: str) -> None:
        task = workflow.get_next_task(state=TaskState.READY, manual=True)
        task.data["move"] = move
        task.run()
        workflow.do_engine_steps()

    def prepared() -> Callable[[], object]:
        workflow = BpmnWorkflow(spec)
        workflow.do_engine_steps()
        for move in path[:-1]:
            complete(workflow, move)
        return lambda: complete(workflow, path[-1])

    return prepared
