"""Structure: quotes, separators, encodings, limits. Nothing is swallowed, nothing is altered."""

from pathlib import Path

import pytest
from tests.connectors.csv_export.recorded_intake import RecordedIntake, read_bytes, read_text

from bailiwick.connectors.csv_export.fault import UnableToReadExport
from bailiwick.connectors.csv_export.importing import import_csv
from bailiwick.ports.intake_files import DateOrder, DecimalMark, ImportOptions


class TestQuotes:
    def test_an_unclosed_quote_costs_only_its_own_line(self, tmp_path: Path) -> None:
        """The rows after a quote that never closes are read."""
        rows, report = read_text(
            tmp_path, 'email,name\na@acme.example,"open\nb@acme.example,Bo\nc@acme.example,Cy\n'
        )
        assert [row.addresses[0] for row in rows] == ["b@acme.example", "c@acme.example"]
        assert report.files[0].reasons == (("the quote that opens here is never closed", 1),)
        assert (tmp_path / "export.rejected.csv").read_text().splitlines() == [
            "line,reason,email,name",
            '2,the quote that opens here is never closed,"a@acme.example,""open"',
        ]

    def test_a_quote_that_runs_on_is_cut_at_the_bound(self, tmp_path: Path) -> None:
        """A stray quote does not collect more than 200 lines before its line is set aside."""
        body = "".join(f"p{i}@acme.example,Pia\n" for i in range(500))
        rows, report = read_text(tmp_path, f'email,name\nz@acme.example,"open\n{body}q,"end"\n')
        assert len(rows) == 500
        assert report.files[0].rejected_count == 2

    def test_a_quoted_cell_over_lines_is_one_cell(self, tmp_path: Path) -> None:
        """Line breaks, commas and doubled quotes inside a cell stand as they are."""
        rows, _ = read_text(tmp_path, 'email,title\na@acme.example,"Chief ""X"",\nOfficer"\n')
        assert rows[0].values[2] == 'Chief "X",\nOfficer'

    def test_text_after_a_closing_quote_is_told(self, tmp_path: Path) -> None:
        """A row that could be read two ways is rejected, the next one is not."""
        rows, report = read_text(
            tmp_path, 'email,name\na@acme.example,"Jo" Bo\nb@acme.example,Bo\n'
        )
        assert [row.line for row in rows] == [3]
        assert "text after a closing quote" in report.files[0].reasons[0][0]

    def test_a_name_with_quotes_and_comma_is_read(self, tmp_path: Path) -> None:
        """`Smith, John "Jack"` is a last and a first name."""
        rows, _ = read_text(tmp_path, 'email,name\na@acme.example,"Smith, John ""Jack"""\n')
        assert rows[0].values[:2] == ('John "Jack"', "Smith")


class TestRows:
    def test_ragged_rows_are_rejected_with_their_line(self, tmp_path: Path) -> None:
        """Too few or too many cells do not shift values into other columns."""
        rows, report = read_text(
            tmp_path,
            "email,first_name\na@acme.example\nb@acme.example,Bo\nc@acme.example,Cy,x\n",
        )
        assert [row.line for row in rows] == [3]
        assert report.files[0].rejected_count == 2

    def test_empty_cells_after_the_last_column_are_no_harm(self, tmp_path: Path) -> None:
        """Spreadsheets write rows with empty cells at the end."""
        rows, report = read_text(tmp_path, "email,first_name,,\na@acme.example,An,,,\n")
        assert len(rows) == 1
        assert report.files[0].rejected_count == 0

    def test_a_nul_rejects_its_row(self, tmp_path: Path) -> None:
        """A NUL is stored nowhere; the rows around it are."""
        rows, report = read_text(
            tmp_path, "email,first_name\na@acme.example,A\0n\nb@acme.example,Bo\n"
        )
        assert [row.line for row in rows] == [3]
        assert report.files[0].reasons == (("the row holds a NUL character", 1),)

    def test_blank_lines_are_counted_not_rejected(self, tmp_path: Path) -> None:
        """An empty line is no row."""
        rows, report = read_text(tmp_path, "email\n\na@acme.example\n\n")
        assert len(rows) == 1
        assert (report.files[0].blank_count, report.files[0].rejected_count) == (2, 0)

    def test_a_row_of_commas_is_rejected_cheaply(self, tmp_path: Path) -> None:
        """200,000 empty cells make no row and no trouble."""
        rows, report = read_text(tmp_path, f"email,name\n{',' * 200_000}\nb@acme.example,Bo\n")
        assert [row.line for row in rows] == [3]
        assert report.files[0].rejected_count == 1

    def test_an_overlong_address_is_rejected(self, tmp_path: Path) -> None:
        """A 70 kB address is not accepted."""
        rows, report = read_text(
            tmp_path, f"email,name\n{'a' * 70_000}@acme.example,Al\nb@acme.example,Bo\n"
        )
        assert [row.line for row in rows] == [3]
        assert "70013 characters" in report.files[0].reasons[0][0]

    def test_an_overlong_header_is_no_header(self, tmp_path: Path) -> None:
        """A header line of a million characters is refused with a message."""
        with pytest.raises(UnableToReadExport):
            read_text(tmp_path, "e" * 1_000_000 + "\nx\n")

    def test_old_mac_line_ends_are_read(self, tmp_path: Path) -> None:
        """A file with carriage returns only has rows."""
        rows, _ = read_text(tmp_path, "email,first_name\ra@acme.example,An\rb@acme.example,Bo\r")
        assert [row.line for row in rows] == [2, 3]


class TestSeparators:
    @pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
    def test_finds_the_separator(self, tmp_path: Path, mark: str) -> None:
        """Cells come apart at what separates them."""
        rows, report = read_text(tmp_path, f"email{mark}name\na@acme.example{mark}Ann\n")
        assert rows[0].values[0] == "Ann"
        assert report.files[0].plan.delimiter == mark

    def test_believes_the_line_that_excel_writes(self, tmp_path: Path) -> None:
        """`sep=;` names the separator and is no header."""
        rows, _ = read_text(tmp_path, "sep=;\nemail;name\na@acme.example;Ann\n")
        assert rows[0].line == 3

    def test_a_single_column_is_read(self, tmp_path: Path) -> None:
        """A list of addresses is a file too."""
        rows, _ = read_text(tmp_path, "email\na@acme.example\nb@acme.example\n")
        assert len(rows) == 2


class TestEncodings:
    @pytest.mark.parametrize(
        ("encoding", "name"),
        [
            ("utf-8", "Zoë Łukasz"),
            ("utf-8-sig", "Zoë Łukasz"),
            ("utf-16", "Zoë Łukasz"),
            ("cp1252", "Jürgen Müßig – Größe"),
            ("mac-roman", "Jürgen Müßig – Größe"),
            ("shift_jis", "やまだ たろう (山田 太郎)"),
        ],
    )
    def test_finds_the_encoding(self, tmp_path: Path, encoding: str, name: str) -> None:
        """Names come out as they were written."""
        rows, _ = read_bytes(
            tmp_path, f"email,first_name\na@acme.example,{name}\n".encode(encoding)
        )
        assert rows[0].values[0] == name

    def test_utf16_without_a_mark_is_found(self, tmp_path: Path) -> None:
        """Every other byte is NUL: that is UTF-16."""
        rows, _ = read_bytes(tmp_path, "email,first_name\na@acme.example,An\n".encode("utf-16-le"))
        assert rows[0].values[0] == "An"

    def test_one_damaged_line_does_not_change_the_encoding(self, tmp_path: Path) -> None:
        """In a UTF-8 file a line with broken bytes is rejected, the others are read."""
        good = "".join(f"p{i}@acme.example,Zoë\n" for i in range(60)).encode()
        rows, report = read_bytes(
            tmp_path, b"email,first_name\n" + good + b"x@acme.example,Zo\xeb\n" + good[:24]
        )
        assert report.files[0].plan.encoding == "utf-8"
        assert all(row.values[0] == "Zoë" for row in rows)
        assert report.files[0].reasons[0][0] == "the row holds bytes that are no utf-8"

    def test_bytes_that_are_words_in_two_encodings_are_asked_about(self, tmp_path: Path) -> None:
        """Four kanji are also French letters: the message names the option."""
        with pytest.raises(UnableToReadExport, match="--encoding"):
            read_bytes(tmp_path, "email,first_name\na@acme.example,山田 太郎\n".encode("shift_jis"))

    def test_the_person_can_say(self, tmp_path: Path) -> None:
        """`--encoding` is believed."""
        rows, _ = read_bytes(
            tmp_path,
            "email,first_name\na@acme.example,Å\n".encode("cp1252"),
            ImportOptions(encoding="cp1252"),
        )
        assert rows[0].values[0] == "Å"


class TestQuestions:
    def test_an_empty_file_is_refused(self, tmp_path: Path) -> None:
        """Nothing to read is said, not imported."""
        with pytest.raises(UnableToReadExport, match="is empty"):
            read_text(tmp_path, "")

    def test_a_missing_file_is_refused(self, tmp_path: Path) -> None:
        """The message names the file and the cause."""
        (tmp_path / "export.csv").mkdir()
        with pytest.raises(OSError, match="export"):
            read_text(tmp_path, "")

    def test_a_file_without_header_names_the_option(self, tmp_path: Path) -> None:
        """A first row with an address is not taken for a header."""
        with pytest.raises(UnableToReadExport, match="--no-header"):
            read_text(tmp_path, "a@acme.example,Ann\nb@acme.example,Bo\n")

    def test_a_file_without_header_is_read_when_told(self, tmp_path: Path) -> None:
        """Columns are then named by number."""
        rows, _ = read_text(
            tmp_path,
            "a@acme.example,Ann\nb@acme.example,Bo\n",
            ImportOptions(header=False, columns={"email": "1", "first_name": "2"}),
        )
        assert [row.values[0] for row in rows] == ["Ann", "Bo"]

    def test_a_date_with_two_readings_is_asked_about(self, tmp_path: Path) -> None:
        """03/04/2026 is not guessed."""
        with pytest.raises(UnableToReadExport, match="--date-order"):
            read_text(tmp_path, "deal,stage,close date\nBig,Open,03/04/2026\n")

    def test_another_row_can_settle_the_order_of_dates(self, tmp_path: Path) -> None:
        """One 13th tells the order of the whole file."""
        rows, _ = read_text(
            tmp_path, "deal,stage,close date\nBig,Open,03/04/2026\nSmall,Open,13/04/2026\n"
        )
        assert [row.values[4] for row in rows] == ["2026-04-03", "2026-04-13"]

    def test_the_order_of_dates_can_be_said(self, tmp_path: Path) -> None:
        """`--date-order mdy` reads the same cell as March."""
        rows, _ = read_text(
            tmp_path,
            "deal,stage,close date\nBig,Open,03/04/2026\n",
            ImportOptions(date_order=DateOrder.MONTH_FIRST),
        )
        assert rows[0].values[4] == "2026-03-04"

    def test_an_amount_with_two_readings_is_asked_about(self, tmp_path: Path) -> None:
        """1,234 is a thousand or one and a bit."""
        with pytest.raises(UnableToReadExport, match="--decimal"):
            read_text(tmp_path, 'deal,stage,amount\nBig,Open,"1,234"\n')

    def test_the_decimal_mark_can_be_said(self, tmp_path: Path) -> None:
        """`--decimal point` makes it a thousand."""
        rows, _ = read_text(
            tmp_path,
            'deal,stage,amount\nBig,Open,"1,234"\n',
            ImportOptions(decimal=DecimalMark.POINT),
        )
        assert rows[0].values[2] == 123_400

    def test_a_mapping_to_no_column_is_refused(self, tmp_path: Path) -> None:
        """A slip in `--map` is said with the columns there are."""
        with pytest.raises(UnableToReadExport, match="names no column 'Mail'"):
            read_text(tmp_path, "email\na@b.example\n", ImportOptions(columns={"email": "Mail"}))

    def test_a_mapping_to_no_field_is_refused(self, tmp_path: Path) -> None:
        """An unknown field is said with the fields there are."""
        with pytest.raises(UnableToReadExport, match="names no field 'score'"):
            read_text(tmp_path, "email\na@b.example\n", ImportOptions(columns={"score": "email"}))

    def test_a_column_named_twice_is_asked_about_when_mapped(self, tmp_path: Path) -> None:
        """Which of two equal headers is meant is not guessed."""
        with pytest.raises(UnableToReadExport, match="is there twice"):
            read_text(
                tmp_path,
                "email,x,x\na@b.example,1,2\n",
                ImportOptions(columns={"first_name": "x"}),
            )

    def test_a_file_that_is_nothing_we_know_is_refused(self, tmp_path: Path) -> None:
        """No kind is guessed from columns that say nothing."""
        with pytest.raises(UnableToReadExport, match="--kind"):
            read_text(tmp_path, "x,y\n1,2\n")


class TestBatches:
    def test_a_long_file_is_given_in_bounded_batches(self, tmp_path: Path) -> None:
        """No batch is larger than one transaction may be."""

        path = tmp_path / "long.csv"
        path.write_text("email\n" + "".join(f"p{i}@acme.example\n" for i in range(45_000)))
        intake = RecordedIntake()
        import_csv([path], intake, options=ImportOptions())
        assert intake.batch_sizes == [20_000, 20_000, 5_000]
