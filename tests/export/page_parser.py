"""Reads a page as a browser does, and fails where its markup is not balanced."""

from html.parser import HTMLParser

_VOID = {"meta", "img", "br"}
_SVG_LEAVES = {"path", "rect", "circle"}


class Page(HTMLParser):
    """Tags and attributes of a page, and the text of each section by id."""

    def __init__(self, source):
        super().__init__(convert_charrefs=True)
        self.tags, self.values, self.sections = [], [], {}
        self._open, self._section = [], None
        self.feed(source)
        self.close()
        assert self._open == [], f"not closed: {self._open}"

    @property
    def text(self):
        return " ".join(self.sections.values())

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.values += [(tag, name, value) for name, value in attributes]
        if tag not in _VOID:
            self._open.append(tag)
        if tag == "section":
            self._section = dict(attributes)["id"]
            self.sections[self._section] = ""

    def handle_startendtag(self, tag, attributes):
        assert tag in _SVG_LEAVES
        self.tags.append(tag)
        self.values += [(tag, name, value) for name, value in attributes]

    def handle_endtag(self, tag):
        assert self._open.pop() == tag
        if tag == "section":
            self._section = None

    def handle_data(self, data):
        if self._section is not None:
            self.sections[self._section] += data

    def attributes(self, name):
        return [value for _, key, value in self.values if key == name]
