#include "healer/model/validation_words.h"

#include "tests/catch.h"

using namespace healer::validation;

TEST_CASE("the phases of a validation are announced in the words that operators know") {
  CHECK(progress_line(0) == "[1/5] Running AI Agent Validation...");
  CHECK(progress_line(1) == "[2/5] Running Module Integrity Check...");
  CHECK(progress_line(2) == "[3/5] Running Docker Health Check...");
  CHECK(progress_line(3) == "[4/5] Collecting System Metrics...");
  CHECK(progress_line(4) == "[5/5] Running Smoke Tests...");
}

TEST_CASE("a phase has a title and counts what passed") {
  Phase phase;
  phase.name = "modules";
  phase.detail = "1 of 2 passed";
  CHECK(title_of("modules") == "AI Agent Validation");
  CHECK(title_of("http") == "http");
  CHECK(detail_of(phase) == "1 of 2 passed");
  phase.checks = {{"a", Verdict::kPass, "", {}}, {"b", Verdict::kFail, "", {}}};
  CHECK(detail_of(phase) == "1/2 modules operational");
  phase.name = "system";
  CHECK(detail_of(phase) == "2 figures collected");
  phase.name = "http";
  CHECK(detail_of(phase) == "1 of 2 passed");
}
