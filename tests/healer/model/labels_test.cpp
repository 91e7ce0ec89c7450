#include "healer/model/labels.h"

#include "tests/catch.h"

using healer::Labels;

TEST_CASE("labels are ordered by name, and the first of two with one name counts") {
  const Labels labels{{"b", "2"}, {"a", "1"}, {"b", "3"}};
  REQUIRE(labels.size() == 2);
  CHECK(labels.begin()->first == "a");
  CHECK(labels.at("b") == "2");
  CHECK(labels == Labels{{"a", "1"}, {"b", "2"}});
}

TEST_CASE("a name that is not there is not found") {
  const Labels none;
  CHECK(none.empty());
  CHECK(none.find("a") == none.end());
  CHECK_FALSE(none.contains("a"));
  CHECK_THROWS_AS(none.at("a"), std::out_of_range);
  CHECK_FALSE(none == Labels{{"a", ""}});
}

TEST_CASE("a copy shares what it holds until one of the two changes") {
  Labels first{{"a", "1"}};
  Labels second = first;
  CHECK(&first.at("a") == &second.at("a"));
  second["a"] = "2";
  second["b"] = "3";
  CHECK(first == Labels{{"a", "1"}});
  CHECK(second == Labels{{"a", "2"}, {"b", "3"}});
  first.erase("a");
  first.erase("none");
  CHECK(first.empty());
  CHECK(second.size() == 2);
}

TEST_CASE("a name is kept once however it comes") {
  Labels labels;
  labels.reserve(2);
  labels.emplace("a", "1");
  labels.emplace("a", "2");
  labels["a"] += "3";
  CHECK(labels == Labels{{"a", "13"}});
}
