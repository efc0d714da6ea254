from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.records import parsed
from tests.webui.reading import links_at, one, page_at, text_at, texts_at

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.webui.conftest import ClientOf


def items(client: FlaskClient, path: str) -> dict[str, list[str]]:
    page = page_at(client, path)
    return {text_at(row, "dt"): texts_at(row, "dd p") for row in page.select(".items > div")}


def test_a_record_has_the_items_of_prisma_s(client: FlaskClient) -> None:
    found = items(client, "/record?q=riluzole+AND+survival&language=english&from=2015")
    numbers = {
        int(each) for name in found for each in name.split("(item ")[1:2] for each in [each.rstrip(")")]
    }
    assert numbers == {1, 2, 8, 9, 10, 12, 13, 15, 16}
    assert found["Limits and restrictions (item 9)"] == [
        "Language: english",
        "Year of publication: since 2015",
    ]
    left = found["To be added by the reviewers"][0]
    assert all(f"(item {number})" in left for number in (3, 4, 5, 6, 7, 11, 14))
    assert "Rilutek" in found["As understood, with every synonym (item 8)"][0]


def test_a_chain_is_told_line_by_line_with_counts(client: FlaskClient) -> None:
    lines = items(client, "/record?q=riluzole+AND+survival+NOT+mice&from=2015")[
        "Full search strategy (item 8)"
    ]
    numbered = [line for line in lines if line.startswith("#")]
    assert [line.split()[0] for line in numbered] == ["#1", "#2", "#3", "#4"]
    for line, query in zip(numbered, ("riluzole", "survival", "mice"), strict=False):
        count = text_at(page_at(client, f"/search?q={query}&spelling=off"), ".count").split()[0]
        assert f"({count} record" in line or not count.isdigit()
    assert "#1 AND #2 NOT #3" in numbered[-1]
    assert lines[-1] == "As typed: riluzole AND survival NOT mice"


def test_the_number_of_records_is_that_of_what_is_exported(client: FlaskClient) -> None:
    path = "/record?q=survival&from=2018"
    said = items(client, path)["Records found (item 15)"][0]
    export = next(link for link in links_at(page_at(client, path), ".downloads a") if "format=ris" in link)
    assert said.startswith(f"{client.get(export).text.count('TY  - ')} records, of 80 records")


def test_the_text_is_the_same_as_the_page(client: FlaskClient) -> None:
    response = client.get("/record.txt?q=survival")
    assert response.mimetype == "text/plain"
    text = " ".join(response.text.split())
    for title, lines in items(client, "/record?q=survival").items():
        assert f"{title}: " in text
        if "Date" not in title:
            assert all(line in text for line in lines)


def test_results_link_to_the_record_of_their_search(client: FlaskClient) -> None:
    assert "/record?q=survival&sort=newest" in links_at(
        page_at(client, "/search?q=survival&sort=newest&page=2"), "a"
    )


@pytest.fixture
def rebuilt(client_of: ClientOf) -> FlaskClient:
    """A site whose article 1 was joined by 2 after an index was made, which is kept."""
    client_of(parsed(1, "Riluzole.", year="2025"))
    return client_of(parsed(2, "Riluzole.", year="2025"))


def permalink(client: FlaskClient, path: str) -> str:
    page = page_at(client, path)
    whole = urlsplit(str(one(page, ".items a[href^=http]")["href"]))
    return f"{whole.path}?{whole.query}"


def test_a_permanent_link_gives_the_same_hits_after_the_next_index_and_says_when_it_cannot(
    rebuilt: FlaskClient, client_of: ClientOf
) -> None:
    link = permalink(rebuilt, "/record?q=riluzole")
    before = texts_at(page_at(rebuilt, link), ".hit h2")
    assert len(before) == 2
    for number in (3, 4):
        assert texts_at(page_at(rebuilt, link), ".hit h2") == before
        client_of(parsed(number, "Riluzole."))
    gone = page_at(rebuilt, link, 410)
    assert "no longer kept" in text_at(gone, "h1")
    assert "/search?q=riluzole" in links_at(gone, "main a")


def test_the_record_of_a_kept_index_is_of_that(rebuilt: FlaskClient) -> None:
    found = items(rebuilt, "/record?q=riluzole&generation=generation-000001")
    assert found["Records found (item 15)"] == ["1 record, of 1 record in the index"]
    assert found["Index"][0].startswith("generation-000001, ")


def test_a_permanent_link_has_dates_written_out_that_count_back_from_the_day(client: FlaskClient) -> None:
    link = permalink(client, "/record?q=survival+year:%22last+500+years%22")
    assert "last" not in link
    asked = "/search?q=survival+year:%22last+500+years%22"
    assert text_at(page_at(client, link), ".count") == text_at(page_at(client, asked), ".count")
