#include "healer/state/incident.h"

#include <map>
#include <set>

#include "tests/catch.h"

using namespace healer;
using enum State;

TEST_CASE("an incident's id is read back, and nothing else is") {
  CHECK(incident_id(17) == "INC-17");
  CHECK(parse_incident_id("INC-17") == 17);
  for (const char* wrong : {"", "INC-", "INC-0", "INC--1", "INC-1x", "inc-1", "17",
                            "INC-99999999999999999999999", "INC- 1", "INC-1/2"}) {
    CHECK_FALSE(parse_incident_id(wrong));
  }
}
