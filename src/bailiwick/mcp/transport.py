"""How callers reach the server: through the HTTP service, or over standard streams."""

from typing import Final

from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings

from bailiwick.mcp.door import PersonDoor, RequestDoor
from bailiwick.mcp.part import PATH
from bailiwick.mcp.server import build_server
from bailiwick.wiring.application import Application
from bailiwick.wiring.service import Service

BODY_BYTES_MAX: Final = 4 * 1024 * 1024  # api-compat 11


def http_manager(service: Service) -> StreamableHTTPSessionManager:
    """Return what answers HTTP requests, each by itself; the front of the service admits them."""
    server = build_server(RequestDoor(service))
    server.streamable_http_app(
        streamable_http_path=PATH,
        json_response=True,
        stateless_http=True,
        max_request_body_size=BODY_BYTES_MAX,
        # The service's own guard stands in front and knows which names and origins are ours.
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )
    return server.session_manager


def serve_stdio(application: Application, email: str) -> None:
    """Serve one person over standard input and output until the input ends."""
    build_server(PersonDoor(application, email)).run("stdio")
