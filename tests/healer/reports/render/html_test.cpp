#include "healer/reports/render/html.h"

#include "tests/catch.h"

using namespace healer::reports;
using Catch::Contains;

namespace {

std::string written(Block block) {
  Document document{.title = "A <report>", .blocks = {}};
  document.add(std::move(block));
  return to_html(document);
}

}  // namespace

TEST_CASE("a report's page is whole and asks for nothing") {
  const std::string page = written(Heading{2, "Logs", "logs"});
  CHECK_THAT(page, Catch::StartsWith("<!doctype html>"));
  CHECK_THAT(page, Contains("<title>A &lt;report&gt;</title>") && Contains("<h2 id=\"logs\">Logs</h2>"));
  CHECK_THAT(page, Contains("prefers-color-scheme:dark") && Contains("width=device-width"));
  for (const char* fetched : {"<script", "<link", "src=", "url(", "@import", "http:", "https:"}) {
    CAPTURE(fetched);
    CHECK_THAT(page, !Contains(fetched));
  }
}

TEST_CASE("text from outside stays text in HTML") {
  const std::string page =
      written(Paragraph{Line("<img onerror=x>").code("\"'&").link("x", "javascript:alert(1)")});
  CHECK_THAT(page, Contains("<p>&lt;img onerror=x&gt;<code>&quot;&#39;&amp;</code>x</p>"));
  CHECK_THAT(written(Verbatim{"</pre><b>", false}), Contains("<pre>&lt;/pre&gt;&lt;b&gt;</pre>"));
  CHECK_THAT(written(Heading{2, "x", "\"onload"}), Contains("id=\"&quot;onload\""));
}

TEST_CASE("HTML tables hold figures, tones and sparklines") {
  Cell cell("12", Status::kBad);
  cell.spark = {0, 1, 2};
  const std::string page = written(Table{{{"pattern"}, {"events", true}}, {{"a", cell}}});
  CHECK_THAT(page, Contains("<th class=\"n\">events</th>"));
  CHECK_THAT(page, Contains("<td class=\"n\"><span class=\"dot bad\"></span>12<svg class=\"spark\""));
}

TEST_CASE("HTML has lists, callouts, a badge and charts") {
  CHECK_THAT(written(Bullets{{"one"}, true}), Contains("<ol>\n<li>one</li>\n</ol>"));
  CHECK_THAT(written(Callout{Status::kWarning, "x"}), Contains("<p class=\"callout warning\">x</p>"));
  CHECK_THAT(written(Badge{"83", "of 100", Status::kGood}),
             Contains("<p class=\"badge good\"><b>83</b> of 100</p>"));
  CHECK_THAT(
      written(Chart(Plot{
          .title = "t", .unit = "u", .labels = {"a"}, .series = {{"s", {1.0}}}, .threshold = {}, .top = {}})),
      Contains("<figure><svg"));
}
