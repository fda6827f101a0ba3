import pytest

from bailiwick.connectors.mailbox.imap_account import UnableToUseImapUrl, imap_account


class TestImapUrl:
    def test_gives_the_account(self) -> None:
        """Percent-encoded user and password, host and port come out; TLS by scheme."""
        account = imap_account("imaps://dana%40acme.example:p%2Fw%3A@Mail.Acme.Example:1993")
        assert (account.user, account.password) == ("dana@acme.example", "p/w:")
        assert (account.host, account.port, account.tls) == ("mail.acme.example", 1993, True)

    @pytest.mark.parametrize(("scheme", "port"), [("imap", 143), ("imaps", 993)])
    def test_knows_the_usual_ports(self, scheme: str, port: int) -> None:
        """Without a port the registered one is used."""
        assert imap_account(f"{scheme}://u:p@h.example").port == port

    def test_shows_no_password(self) -> None:
        """Neither the label nor the printed account holds the password."""
        account = imap_account("imap://u:secret@127.0.0.1:1143")
        assert account.label == "u@127.0.0.1:1143"
        assert "secret" not in repr(account)

    @pytest.mark.parametrize(
        ("host", "loopback"),
        [("127.0.0.1", True), ("localhost", True), ("[::1]", True), ("127.9.9.9", True),
         ("10.0.0.1", False), ("mail.example", False), ("localhost.evil.example", False)],
    )  # fmt: skip
    def test_knows_this_machine(self, host: str, *, loopback: bool) -> None:
        """Only loopback addresses may be spoken to without encryption."""
        assert imap_account(f"imap://u:p@{host}").loopback is loopback

    @pytest.mark.parametrize(
        ("url", "words"),
        [
            ("", "begins with 'nothing'"),
            ("smtp://u:p@h", "begins with 'smtp'"),
            ("imap://h.example", "names no user and no password"),
            ("imap://u@h.example", "names no password"),
            ("imap://u:p@", "names no host"),
            ("imap://u:p@h:port", "cannot be read"),
            ("imap://u:p@[::1", "cannot be read"),
            ("imap://u:p%0d%0aLOGOUT@h", "control characters"),
        ],
    )
    def test_that_is_wrong_is_explained(self, url: str, words: str) -> None:
        """Each mistake is named without showing the password."""
        with pytest.raises(UnableToUseImapUrl, match=words):
            imap_account(url)
