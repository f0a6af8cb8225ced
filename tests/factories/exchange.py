"""Applicants as the registers know them, and another system on the wire."""

import datetime as dt
import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from exchange.gateways.national_platform.mapping import ProgressReport, ReportKind
from exchange.services import Subject
from identity.models import Organisation, Person

LI, WIFE, CHEN, HUARONG = (
    "34010219900716687X",
    "330106199204186822",
    "110105197505234334",
    "91990104MA7DEM0X3F",
)


def li() -> Person:
    """李明, whose second child was born twelve days ago."""
    return person("李明", LI, mobile="19900000001", address="云澜市澜江区桥头街道老码头社区18号3单元502室")


def person(name: str, id_number: str, **known: str) -> Person:
    born = dt.datetime.strptime(id_number[6:14], "%Y%m%d").date()
    return Person.objects.create(name=name, id_number=id_number, birth_date=born, **known)


def huarong() -> Organisation:
    """华荣餐饮, with 陈华荣 as its legal representative."""
    return Organisation.objects.create(
        name="云澜华荣餐饮管理有限公司",
        credit_code=HUARONG,
        address="云澜市望湖区科创街道创业里社区3号",
        legal_representative=person("陈华荣", CHEN, mobile="19900000005"),
    )


def acting_for(organisation: Organisation, agent: Person) -> Subject:
    return Subject(person_id=agent.pk, organisation_id=organisation.pk)


def report(kind: ReportKind = ReportKind.DECIDED) -> ProgressReport:
    """Half past five in the afternoon in Shanghai."""
    at = dt.datetime(2026, 3, 4, 9, 30, tzinfo=dt.UTC)
    return ProgressReport(
        kind=kind,
        project_no="P1",
        matter_code="nb-birth-hukou",
        department_code="gongan",
        at=at,
        facts={"result": "准予"},
    )


@dataclass
class OtherSystem:
    """A system at the far end: what it was asked, and what it answers next."""

    answer: Callable[[str, dict[str, Any]], tuple[int, bytes]]
    secret: str = "shared"
    url: str = ""
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    signatures: list[bool] = field(default_factory=list)

    def receive(self, path: str, headers: Any, body: bytes) -> tuple[int, bytes]:
        signed = b"\n".join(
            [headers["X-Timestamp"].encode(), headers["X-Nonce"].encode(), path.encode(), body]
        )
        good = hmac.new(self.secret.encode(), signed, hashlib.sha256).hexdigest()
        self.signatures.append(headers["X-Signature"] == f"sha256={good}")
        self.asked.append((path, json.loads(body)))
        return self.answer(path, json.loads(body))


@contextmanager
def other_system(answer: Callable[[str, dict[str, Any]], tuple[int, bytes]]) -> Iterator[OtherSystem]:
    """A real HTTP server on this machine for the time of the block."""
    system = OtherSystem(answer)

    class Desk(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            status, body = system.receive(
                self.path, self.headers, self.rfile.read(int(self.headers["Content-Length"]))
            )
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Tests stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
    system.url = f"http://127.0.0.1:{server.server_port}/gateway"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield system
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def json_answer(answer: Any) -> Callable[[str, dict[str, Any]], tuple[int, bytes]]:
    return lambda path, body: (200, json.dumps(answer, ensure_ascii=False).encode())
