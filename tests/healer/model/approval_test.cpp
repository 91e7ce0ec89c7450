#include "healer/model/approval.h"

#include <set>

#include "tests/catch.h"

using namespace healer;

TEST_CASE("an approval covers one action, exactly as it was described") {
  Approval approval;
  approval.action_id = "INC-17/1";
  approval.description = "restart container quantum_redis";
  CHECK(approval.covers("INC-17/1", "restart container quantum_redis"));
  CHECK_FALSE(approval.covers("INC-17/2", "restart container quantum_redis"));
  CHECK_FALSE(approval.covers("INC-17/1", "stop container quantum_redis"));
}

TEST_CASE("an approval is named by its incident and the count of its questions") {
  CHECK(approval_id(17, 2) == "APR-17-2");
}

TEST_CASE("only what waits, or was approved and has not run, may still come to an action") {
  using enum Approval::State;
  std::set<std::string_view> names;
  for (const auto state : {kPending, kApproved, kUsed, kRejected, kExpired, kWithdrawn}) {
    Approval approval;
    approval.state = state;
    CHECK(approval.live() == (state == kPending || state == kApproved));
    names.insert(to_string(state));
  }
  CHECK(names.size() == 6);
}
