#include "healer/engine/policy/alert_index.h"

#include "tests/catch.h"

using healer::Labels;
using healer::policy::AlertIndex;

TEST_CASE("labels that were added or dropped on the way do not hide an alert, nor does its policy") {
  const Labels one{{"alertname", "Stale"}, {"subsystem", "feed"}, {"policy", "defensive_exit"}};
  const Labels other{{"alertname", "Stale"}, {"subsystem", "bot"}, {"policy", "defensive_exit"}};
  AlertIndex index;
  CHECK(index.empty());
  CHECK_FALSE(index.holds(one));
  index.add(one);
  CHECK_FALSE(index.empty());
  CHECK(index.holds(one));
  CHECK(index.holds({{"alertname", "Stale"}, {"subsystem", "feed"}, {"cluster", "a"}}));
  CHECK(index.holds({{"alertname", "Stale"}}));
  CHECK(index.holds({{"alertname", "Stale"}, {"subsystem", "feed"}, {"policy", "allow_all"}}));
  CHECK_FALSE(index.holds(other));
  index.add(other);
  CHECK(index.holds(other));
}

TEST_CASE("values that run together are not taken for one another") {
  const Labels one{{"a", "x"}, {"b", "yz"}};
  AlertIndex index;
  index.add(one);
  CHECK_FALSE(index.holds({{"a", "xy"}, {"b", "z"}}));
}
