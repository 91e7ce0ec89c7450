#include "tests/stack/log.h"

#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"

TEST_CASE("a line looks as Python's logging writes it") {
  CHECK(example::log_line(1765990517.427, "INFO", "executor", "cycle 12 done") ==
        "[2025-12-17 16:55:17,427] INFO executor: cycle 12 done\n");
}

TEST_CASE("lines are appended to the file at once") {
  const tests::TemporaryFolder folder;
  example::Log first(folder.file("service.log"), nullptr);
  first.write("one\n");
  example::Log second(folder.file("service.log"), nullptr);
  second.write("two\n");
  CHECK(folder.read("service.log") == "one\ntwo\n");
}
