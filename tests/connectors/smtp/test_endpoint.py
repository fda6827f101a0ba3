import pytest

from bailiwick.connectors.smtp.endpoint import Security, SmtpEndpoint, parse_smtp_url
from bailiwick.domain.fault import SettingsFault


class TestAMailServersUrl:
    def test_is_read_whole(self) -> None:
        """User, password with odd characters, host, port and option all arrive."""
        point = parse_smtp_url("smtp://ann%40x:p%3Aw%2F@mail.example:2525?starttls=required")
        assert point == SmtpEndpoint(
            host="mail.example",
            port=2525,
            security=Security.REQUIRED,
            username="ann@x",
            password="p:w/",
        )

    @pytest.mark.parametrize(
        ("url", "port", "security"),
        [
            ("smtp://mail.example", 587, Security.OFFERED),
            ("smtps://mail.example", 465, Security.IMPLICIT),
            ("smtp://mail.example:25/?starttls=offered", 25, Security.OFFERED),
            ("smtp://[::1]:25", 25, Security.OFFERED),
        ],
    )
    def test_has_sound_defaults(self, url: str, port: int, security: Security) -> None:
        """Submission ports and STARTTLS when offered, unless the URL says otherwise."""
        point = parse_smtp_url(url)
        assert (point.port, point.security) == (port, security)

    @pytest.mark.parametrize(
        "url",
        ["", "mail.example:25", "http://mail.example", "smtp://", "smtp://mail.example/x",
         "smtp://mail.example:0x19", "smtp://mail.example:99999", "smtp://user@mail.example",
         "smtp://:pw@mail.example", "smtp://mail.example?starttls=no", "smtp://mail.example?tls=1"],
    )  # fmt: skip
    def test_is_refused_when_wrong(self, url: str) -> None:
        """A URL that is not understood whole is refused by name of the setting."""
        with pytest.raises(SettingsFault, match="BAILIWICK_SMTP_URL"):
            parse_smtp_url(url)

    def test_never_shows_the_password(self) -> None:
        """Neither the repr nor a fault repeats the password."""
        assert "s3cret" not in repr(parse_smtp_url("smtp://u:s3cret@mail.example"))
        with pytest.raises(SettingsFault) as caught:
            parse_smtp_url("smtp://u:s3cret@mail.example:port")
        assert "s3cret" not in str(caught.value)

    @pytest.mark.parametrize(
        ("host", "loopback"),
        [("localhost", True), ("127.0.0.1", True), ("::1", True), ("mail.example", False),
         ("127.0.0.1.evil.test", False), ("10.0.0.1", False)],
    )  # fmt: skip
    def test_knows_this_machine(self, host: str, *, loopback: bool) -> None:
        """Only this machine's own addresses count as loopback."""
        assert SmtpEndpoint(host=host, port=25).loopback is loopback
