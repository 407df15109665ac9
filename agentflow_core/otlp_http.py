"""Sends a run to an OpenTelemetry collector over OTLP/HTTP (protobuf).

Needs the optional packages of `requirements-otel.txt`; separate from `otel`, so that files need none of them. Headers,
such as a key for the collector, come from `OTEL_EXPORTER_OTLP_HEADERS`.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from agentflow_core.errors import BadInput, CollectorError
from agentflow_core.events import Event
from agentflow_core.otel import SCOPE, SERVICE, Span, spans

if TYPE_CHECKING:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.trace import ReadableSpan

SECONDS = 10.0


def send(events: Sequence[Event], run: str, endpoint: str) -> int:
    """Sends the run's spans to `endpoint`, as `http://127.0.0.1:6006/v1/traces` its full path; gives their number.

    Raises `BadInput` where the packages are missing, `CollectorError` when the collector does not take them.
    """
    exporter = _exporter(endpoint)
    from opentelemetry.sdk.trace.export import SpanExportResult

    made = spans(events, run)
    try:
        result = exporter.export([_readable(span) for span in made])
    finally:
        exporter.shutdown()  # type: ignore[no-untyped-call]
    if result is not SpanExportResult.SUCCESS:
        raise CollectorError(
            f"The collector at {endpoint} did not take the run within {SECONDS:g} s; the log has its answer. Check the "
            "address (with its path, mostly /v1/traces) and OTEL_EXPORTER_OTLP_HEADERS."
        )
    return len(made)


def _exporter(endpoint: str) -> "OTLPSpanExporter":
    if not endpoint.startswith(("http://", "https://")):
        raise BadInput(
            f"{endpoint[:100]!r} is no address of a collector: write for example http://127.0.0.1:4318/v1/traces"
        )
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    except ImportError as error:
        raise BadInput("Sending spans needs further packages: pip install -r requirements-otel.txt") from error
    return OTLPSpanExporter(endpoint=endpoint, timeout=SECONDS)


def _readable(span: Span) -> "ReadableSpan":
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import ReadableSpan
    from opentelemetry.sdk.util.instrumentation import InstrumentationScope
    from opentelemetry.trace import SpanContext, SpanKind, Status, StatusCode, TraceFlags

    def context(identity: str) -> SpanContext:
        return SpanContext(int(span.trace, 16), int(identity, 16), is_remote=False, trace_flags=TraceFlags(1))

    return ReadableSpan(
        name=span.name,
        context=context(span.id),
        parent=context(span.parent) if span.parent else None,
        resource=Resource({"service.name": SERVICE, "openinference.project.name": SERVICE}),
        attributes=dict(span.attributes),
        kind=SpanKind.CLIENT if span.kind == "client" else SpanKind.INTERNAL,
        status=Status(StatusCode.ERROR, span.error) if span.error else Status(StatusCode.UNSET),
        start_time=span.start,
        end_time=span.end,
        instrumentation_scope=InstrumentationScope(SCOPE),
    )
