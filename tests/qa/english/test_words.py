from qa.english.words import share, subject_terms, words_of


def test_the_subject_of_a_question_without_the_words_that_ask() -> None:
    assert subject_terms("Please summarise the strikes of the Skerries ferries") == {"strike", "skerry", "ferry"}
    assert subject_terms("what happened?") == frozenset()


def test_the_share_of_the_subject_that_a_text_has() -> None:
    terms = frozenset({"strike", "skerry", "ferry", "crew"})
    assert share(terms, "Skerry’s ferries stopped: crews are on strike.") == 1
    assert share(terms, "The ferry left with its crew.") == 0.5
    assert share(frozenset(), "anything") == 1


def test_figures_and_initials_of_a_question_are_found_in_a_text() -> None:
    terms = subject_terms("Who sent 25,000 U.S. troops for $4.2m?")
    assert terms == {"sent", "25,000", "u.s", "troop", "4.2m"}
    assert share(terms, "The U.S. sent 25,000 troops. It cost 4.2m.") == 1


def test_words() -> None:
    assert words_of("Al-Hadri's 'camp'") == {"al-hadri's", "camp"}
