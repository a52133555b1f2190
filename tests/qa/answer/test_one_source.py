"""Five copies of an agency's story are one source, though an editor changed the very sentence that answers."""

from pathlib import Path

from ingest.archive import Archive
from ingest.article import Article, article_id
from ingest.pipeline import add_articles
from qa.assistant import Assistant
from qa.read.reader import Reader

REST = (
    "Work on the crossing began in the spring of the year before, after engineers had found cracks in two of its piers."
    " Lorries were sent round by Hallow Mill, a detour of more than an hour, and the ferry at Cape Brenn ran until"
    " midnight.\n\nShopkeepers on the quay said trade had halved. The mayor, Ada Torvald, thanked them for their"
    " patience and cut a ribbon in front of some two hundred people, while the band of the fire brigade played."
)
SAID = (
    "The repair of the Torvald bridge cost 41 million crowns.",
    "The repair of the Torvald bridge cost 41 million crowns, officials told the agency on Saturday morning.",
    "In all, it emerged when the books were opened, the repair of the Torvald bridge cost 41 million crowns or a little"
    " less than the council had put aside for that purpose.",
    "The repair of the Torvald bridge, long delayed by quarrels among three contractors, cost 41 million crowns.",
    "Nobody at the ceremony disputed that the repair of the Torvald bridge cost 41 million crowns.",
)
OWN = (
    "An audit found that the repair of the Torvald bridge cost 41 million crowns. The auditor, Joan Hale, read every"
    " bill and spoke to each firm, and her report of ninety pages will be laid before the council in March."
)


def article(name: str, text: str) -> Article:
    return Article(article_id(name), f"{name}: bridge", text, f"{name}.txt", None, "2024-01-31", name)


def test_five_copies_are_one_source_and_a_report_of_its_own_is_another(archive_dir: Path, careful: Reader) -> None:
    copies = [article(f"Paper {number}", f"{said} {REST}") for number, said in enumerate(SAID)]
    with Archive.open(archive_dir, create=True) as archive:
        add_articles(archive, copies)
        assistant = Assistant(archive, careful)
        answer = assistant.ask("What did the repair of the Torvald bridge cost?")
        assert "41 million crowns" in answer.text
        assert answer.sources == 1
        add_articles(archive, [article("Auditor", OWN)])
        assert assistant.ask("What did the repair of the Torvald bridge cost?").sources == 2
        archive.remove([copies[0].id, copies[1].id])
        assert assistant.ask("What did the repair of the Torvald bridge cost?").sources == 2
