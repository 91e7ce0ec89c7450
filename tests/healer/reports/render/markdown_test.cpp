#include "healer/reports/render/markdown.h"

#include "tests/catch.h"

using namespace healer::reports;

namespace {

std::string written(Block block) {
  Document document;
  document.add(std::move(block));
  return to_markdown(document);
}

}  // namespace

TEST_CASE("Markdown has headings, sentences and lists") {
  CHECK(written(Heading{1, "Weekly Health Report", "top"}) == "# Weekly Health Report\n");
  CHECK(written(Paragraph{Line("Down for ").strong("6 min").plain(".")}) == "Down for **6 min**.\n");
  CHECK(written(Bullets{{"one", "two"}, false}) == "- one\n- two\n");
  CHECK(written(Bullets{{"one", Line().link("two", "https://example.org/x")}, true}) ==
        "1. one\n2. [two](<https://example.org/x>)\n");
  CHECK(written(Callout{Status::kBad, "Stopped."}) == "> ❌ Stopped.\n");
  CHECK(written(Badge{"83", "of 100", Status::kGood}) == "**83** of 100\n");
}

TEST_CASE("Markdown tables align figures to the right and show a status by a sign") {
  const Table table{{{"service"}, {"down", true}},
                    {{"bot", Cell("0 s", Status::kGood)}, {"db", Cell("?", Status::kUnknown)}}};
  CHECK(written(table) == "| service | down |\n|---|---:|\n| bot | ✅ 0 s |\n| db | ❔ ? |\n");
}

TEST_CASE("text from outside stays text in Markdown") {
  CHECK(escape_markdown("a|b <script> *x* [y](z) `c` #1 & \\") ==
        "a\\|b &lt;script\\> \\*x\\* \\[y\\](z) \\`c\\` \\#1 &amp; \\\\");
  CHECK(escape_markdown("two\nlines\r\nand\ttabs") == "two lines  and tabs");
  CHECK(escape_markdown("quantum_trading_bot") == "quantum_trading_bot");
  CHECK(escape_markdown("_x_") == "\\_x\\_");
  CHECK(escape_markdown("- item") == "\\- item");
  CHECK(escape_markdown("a\xff") == "a\xef\xbf\xbd");
  CHECK(written(Paragraph{Line().link("x", "javascript:alert(1)")}) == "x\n");
}

TEST_CASE("code in Markdown may hold backticks and borders") {
  CHECK(written(Paragraph{Line().code("a`b")}) == "``a`b``\n");
  CHECK(written(Paragraph{Line().code("`")}) == "`` ` ``\n");
  CHECK(written(Paragraph{Line().code("a|b\nc")}) == "`a\\|b c`\n");
}

TEST_CASE("verbatim text can not end its fence") {
  CHECK(written(Verbatim{"plain", false}) == "```\nplain\n```\n");
  CHECK(written(Verbatim{"```\nrm -rf\n```", false}) == "````\n```\nrm -rf\n```\n````\n");
  CHECK(written(Verbatim{"### As *it* is\n", true}) == "### As *it* is\n");
}

TEST_CASE("charts are left out of Markdown") { CHECK(written(Chart(Plot{})).empty()); }
