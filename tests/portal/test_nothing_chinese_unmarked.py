"""On a page in another language, what stays Chinese (names, addresses, documents) says that it is Chinese."""

import pytest

from tests.factories.pages import every_page
from tests.factories.reading import unmarked_chinese
from tests.portal.test_every_applicant_page import Reader


@pytest.mark.parametrize("language", ["en", "ru"])
def test_whatever_is_chinese_on_a_foreign_page_says_so(cast, language):
    pages = every_page(cast)
    li = Reader(cast.li)
    li.speaks(language)
    found = {
        name: words
        for name, path in pages.items()
        if (words := unmarked_chinese(li.get(name, path).content.decode()))
    }
    assert [f"{name}: {one}" for name, words in found.items() for one in words] == []
