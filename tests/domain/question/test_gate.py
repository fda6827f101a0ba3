from datetime import UTC, datetime

import pytest

from bailiwick.domain.crm import Role
from bailiwick.domain.question.admission import Admitted, Refused, Rule
from bailiwick.domain.question.crm_schema import crm_schema
from bailiwick.domain.question.gate import (
    DEPTH_MAX,
    JOINS_COUNT_MAX,
    ROWS_COUNT,
    ROWS_COUNT_MAX,
    SQL_LENGTH_MAX,
    admit,
)

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SCHEMA = crm_schema(Role.REP)


def tried(sql: str) -> Admitted | Refused:
    return admit(sql, SCHEMA, now=NOW)


def refused(sql: str) -> Refused:
    found = tried(sql)
    assert isinstance(found, Refused), found
    return found


def admitted(sql: str) -> Admitted:
    found = tried(sql)
    assert isinstance(found, Admitted), found
    return found


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("sql", "rule"),
        [
            ("", Rule.ONE_STATEMENT),
            ("select 1; select 2", Rule.ONE_STATEMENT),
            ("select 1 /* ; */; drop table contacts", Rule.SELECT_ONLY),
            ("drop table contacts", Rule.SELECT_ONLY),
            ("delete from contacts", Rule.SELECT_ONLY),
            ("insert into contacts select * from contacts returning *", Rule.SELECT_ONLY),
            ("replace into contacts(name) values ('x')", Rule.SELECT_ONLY),
            ("pragma table_info(contacts)", Rule.SELECT_ONLY),
            ("attach database '/tmp/x' as other", Rule.SELECT_ONLY),
            ("vacuum into '/tmp/x'", Rule.SELECT_ONLY),
            ("explain select 1", Rule.SELECT_ONLY),
            ("values (1)", Rule.SELECT_ONLY),
            ("with x as (delete from contacts returning *) select * from x", Rule.SELECT_ONLY),
            ("select load_extension('x')", Rule.FUNCTION),
            ("select readfile('/etc/passwd')", Rule.FUNCTION),
            ("select writefile('x', name) from contacts", Rule.FUNCTION),
            ("select zeroblob(1000000000)", Rule.FUNCTION),
            ("select hex(randomblob(1000000000))", Rule.FUNCTION),
            ("select printf('%1000000000d', 1)", Rule.FUNCTION),
            ("select set_config('a', 'b', false)", Rule.FUNCTION),
            ("select current_setting('a')", Rule.FUNCTION),
            ("select pg_sleep(9)", Rule.FUNCTION),
            ("select fts3_tokenizer('simple')", Rule.FUNCTION),
            ("select random() from contacts", Rule.FUNCTION),
            ("select * from sqlite_master", Rule.TABLE),
            ("select * from main.contacts", Rule.TABLE),
            ("select * from pragma_table_info('contacts')", Rule.FUNCTION),
            ("select * from api_keys", Rule.TABLE),
            ("select name from contacts union select secret from workspaces", Rule.TABLE),
            ("select (select password_hash from passwords) from contacts", Rule.TABLE),
            ("select rowid from contacts", Rule.COLUMN),
            ("select c.workspace_id from contacts c", Rule.COLUMN),
            ('select "workspace_id" from contacts', Rule.COLUMN),
            ("select domain from contacts", Rule.COLUMN),
            ("with recursive n(i) as (select 1 union all select i + 1 from n) select i from n",
             Rule.RECURSION),
            ("with contacts as (select 1 as name) select name from contacts", Rule.SHADOW),
            ("with sqlite_master as (select 1 as name) select name from sqlite_master",
             Rule.SHADOW),
            ("select messages.name from contacts as messages", Rule.SHADOW),
            ("select * from contacts where name match 'x'", Rule.CONSTRUCT),
            ("select 1 from" + ", ".join(f" contacts c{n}" for n in range(JOINS_COUNT_MAX + 2)),
             Rule.JOINS),
            ("select " + "(" * (DEPTH_MAX + 1) + "1" + ")" * (DEPTH_MAX + 1), Rule.UNREADABLE),
            ("select 1 -- " + "x" * SQL_LENGTH_MAX, Rule.TOO_LONG),
            ("select 1" + " + 1" * 400, Rule.TOO_LONG),
            ("select from where", Rule.UNREADABLE),
            ("select 'never closed", Rule.UNREADABLE),
            ("select 1\x00", Rule.UNREADABLE),
        ],
    )  # fmt: skip
    def test_names_its_rule(self, sql: str, rule: Rule) -> None:
        """What could write, reach further or take without end is refused by name."""
        assert refused(sql).rule is rule

    @pytest.mark.parametrize(
        "sql", ["vacuum into 'x'", "with x as (vacuum into 'x') select 1", "explain select 1",
                "alter table contacts rename to y", "select a.b from contacts as a(b)"],
    )  # fmt: skip
    def test_is_not_written_into_the_log(self, sql: str, caplog: pytest.LogCaptureFixture) -> None:
        """A statement may hold a customer's words, so nobody logs it."""
        tried(sql)
        assert caplog.records == []

    def test_tells_how_to_mend_it(self) -> None:
        """A refusal says what broke the rule, and what there is instead."""
        found = refused("select colour from companies")
        assert found.name == "colour"
        assert "companies.industry" in found.fix
        assert str(found).startswith("column: colour; ")


class TestWhatIsAdmitted:
    @pytest.mark.parametrize(
        "sql",
        [
            "select name from companies",
            "SELECT COUNT(*) FROM contacts",
            (
                "select c.name, count(*) as deals from companies c join opportunities o "
                "on o.company_id = c.company_id group by c.name having count(*) > 1 order by 2"
            ),
            (
                "with mine as (select owner, amount from opportunities) "
                "select owner, sum(amount) from mine group by owner"
            ),
            "select name from companies union select name from contacts",
            "select stage, rank() over (order by sum(amount)) from opportunities group by stage",
            "select replace(name, 'Drop Table Tennis', 'x') as last_update from companies",
            "select name from contacts where name like '%; delete from %'",
            "select case when status = 'won' then 1 else 0 end from opportunities",
            "select strftime('%Y-%m', close_on) as month from opportunities",
            (
                "select name from companies where company_id not in "
                "(select company_id from opportunities where company_id is not null)"
            ),
            "select julianday('now') - julianday(created_on) from opportunities",
            "select count(*) filter (where status = 'won') from opportunities",
        ],
    )
    def test_is_what_people_ask(self, sql: str) -> None:
        """Plain questions pass, whatever words their texts and names hold."""
        assert admitted(sql).sql

    def test_is_written_anew_without_comments(self) -> None:
        """Nothing of the text that came in is run, so a comment hides nothing."""
        found = admitted("select name /* from secrets */ from companies -- ; drop table companies")
        assert found.sql == f"SELECT name FROM companies LIMIT {ROWS_COUNT + 1}"  # noqa: S608 - expected text
        assert found.tables == ("companies",)

    @pytest.mark.parametrize(
        ("tail", "rows_max", "limit"),
        [
            ("", ROWS_COUNT, ROWS_COUNT + 1),
            (" limit 5", 5, 5),
            (f" limit {ROWS_COUNT_MAX}", ROWS_COUNT_MAX, ROWS_COUNT_MAX),
            (" limit 100000", ROWS_COUNT_MAX, ROWS_COUNT_MAX + 1),
            (" limit -1", ROWS_COUNT_MAX, ROWS_COUNT_MAX + 1),
            (" limit (select 100000)", ROWS_COUNT_MAX, ROWS_COUNT_MAX + 1),
        ],
    )
    def test_is_limited(self, tail: str, rows_max: int, limit: int) -> None:
        """Every statement ends with a limit of ours or a smaller one of its own."""
        found = admitted(f"select name from companies{tail}")  # noqa: S608 - what a test asks
        assert found.rows_max == rows_max
        assert found.sql.endswith(f"LIMIT {limit}")

    @pytest.mark.parametrize(
        ("asked", "written"),
        [
            ("date('now')", "DATE('2026-11-20 12:00:00')"),
            ("current_date", "'2026-11-20'"),
            ("current_timestamp", "'2026-11-20 12:00:00'"),
            ("lower('now')", "LOWER('now')"),
        ],
    )
    def test_asks_the_runs_own_clock(self, asked: str, written: str) -> None:
        """The time is that of the run, so that an answer can be repeated."""
        assert written in admitted(f"select {asked} as x from companies").sql  # noqa: S608 - what a test asks
