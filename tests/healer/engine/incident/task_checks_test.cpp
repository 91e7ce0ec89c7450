#include "healer/engine/incident/task_checks.h"

#include "tests/catch.h"

using healer::failed_checks;
using healer::Finding;
using Names = std::vector<std::string>;

TEST_CASE("a check that failed is named, unless its phase passed all the same") {
  CHECK(failed_checks(std::vector<Finding>{}).empty());
  CHECK(failed_checks(
            std::vector<Finding>{{"", "disk", false}, {"", "containers", false}, {"", "files", true}}) ==
        Names{"containers", "disk"});
  CHECK(failed_checks(std::vector<Finding>{{"modules", "", true}, {"modules", "risk", false}}).empty());
  CHECK(failed_checks(std::vector<Finding>{
            {"smoke", "", false}, {"smoke", "model", false}, {"smoke", "feed", true}}) == Names{"model"});
}

TEST_CASE("a phase that failed without a failed check is named itself") {
  CHECK(failed_checks(std::vector<Finding>{{"containers", "", false}}) == Names{"containers"});
}
