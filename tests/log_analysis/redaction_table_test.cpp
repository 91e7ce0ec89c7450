#include "log_analysis/multiline.h"
#include "log_analysis/pattern_store.h"
#include "log_analysis/redaction.h"
#include "tests/catch.h"
#include "tests/log_analysis/secret_table.h"

namespace {

// All that is kept and shown of a line.
std::string kept_of(const std::string& line) {
  log_analysis::MultilineFolder fold;
  log_analysis::PatternStore book;
  std::string kept;
  const auto take = [&](const log_analysis::Event& event) {
    book.add(event);
    const std::string masked = log_analysis::mask_secrets(event.text);
    CHECK(log_analysis::mask_secrets(masked) == masked);
    CHECK(log_analysis::mask_closely(event.text) == masked);
    kept += masked + "\n";
  };
  for (std::size_t begin = 0; begin <= line.size();) {
    const std::size_t end = std::min(line.find('\n', begin), line.size());
    if (const auto event = fold.push(std::string_view(line).substr(begin, end - begin), {})) take(*event);
    begin = end + 1;
  }
  if (const auto event = fold.flush()) take(*event);
  for (const log_analysis::Pattern& pattern : book.all({}))
    kept += pattern.words + "\n" + pattern.example + "\n";
  return kept + book.save();
}

}  // namespace

TEST_CASE("no shape of a secret is kept, in lines of every format") {
  const auto shapes = secret_table::lines_of("shapes.txt");
  REQUIRE(shapes.size() >= 200);
  int number = 0;
  for (const std::string& shape : shapes) {
    const auto filled = secret_table::fill(shape, ++number);
    REQUIRE(filled.text != shape);
    for (const std::string& line : secret_table::in_every_format(filled.text)) {
      const std::string kept = kept_of(line);
      for (const std::string& secret : filled.secrets) {
        INFO(line << "\nkept as: " << kept);
        CHECK(!kept.contains(secret));
      }
    }
  }
}

TEST_CASE("what only speaks of secrets stays as it is, in lines of every format") {
  const auto lines = secret_table::lines_of("no_secrets.txt");
  REQUIRE(lines.size() >= 100);
  for (const std::string& text : lines) {
    for (const std::string& line : secret_table::in_every_format(text)) {
      INFO(line);
      CHECK(log_analysis::mask_secrets(line) == line);
      CHECK(log_analysis::mask_closely(line) == line);
    }
  }
}
