#include "healer/actions/run_progress.h"

#include "tests/catch.h"

using healer::actions::RunProgress;

TEST_CASE("the progress of a run is known by its incident, also after the run has ended") {
  RunProgress runs;
  CHECK(runs.of("INC-1").lines.empty());
  CHECK_FALSE(runs.of("INC-1").passed);
  {
    const auto progress = runs.begin("INC-1");
    progress->line("first");
    progress->line("second");
    progress->result(false);
  }
  CHECK(runs.of("INC-1").lines == std::vector<std::string>{"first", "second"});
  CHECK(runs.of("INC-1").passed == false);
  CHECK(runs.of("INC-2").lines.empty());
}

TEST_CASE("only the last runs are remembered, each with a limited number of lines") {
  RunProgress runs;
  for (int i = 0; i < 51; ++i) runs.begin("INC-" + std::to_string(i))->line("x");
  CHECK(runs.of("INC-0").lines.empty());
  CHECK(runs.of("INC-50").lines.size() == 1);
  const auto endless = runs.begin("INC-50");
  for (int i = 0; i < 500; ++i) endless->line("y");
  CHECK(runs.of("INC-50").lines.size() == 200);
}
