#include "healer/state/incident.h"

#include <catch2/catch.hpp>
#include <map>
#include <set>

using namespace healer;
using enum State;

TEST_CASE("exactly the moves of the table are allowed") {
  const std::map<State, std::set<State>> allowed{
      {kAccepted, {kGated, kIntent, kResolved, kExhausted}},
      {kGated, {kGated, kIntent, kResolved, kVerifying, kExhausted}},
      {kIntent, {kRunning, kUnknown}},
      {kRunning, {kVerifying, kUnknown}},
      {kVerifying, {kProbation, kIneffective, kGated}},
      {kProbation, {kHealed, kIneffective, kGated}},
      {kIneffective, {kIntent, kGated, kVerifying, kExhausted}},
      {kUnknown, {kVerifying, kIntent, kGated, kExhausted}},
      {kExhausted, {kReleased}},
      {kHealed, {}},
      {kResolved, {}},
      {kReleased, {}},
  };
  for (int from = 0; from <= static_cast<int>(kReleased); ++from) {
    for (int to = 0; to <= static_cast<int>(kReleased); ++to) {
      const auto a = static_cast<State>(from);
      const auto b = static_cast<State>(to);
      INFO(to_string(a) << " to " << to_string(b));
      CHECK(may_move(a, b) == allowed.at(a).contains(b));
    }
  }
}

TEST_CASE("nothing moves out of a closed incident, and every open state has a way out") {
  for (int from = 0; from <= static_cast<int>(kReleased); ++from) {
    bool leaves = false;
    for (int to = 0; to <= static_cast<int>(kReleased); ++to) {
      leaves = leaves || (from != to && may_move(static_cast<State>(from), static_cast<State>(to)));
    }
    CHECK(leaves == is_open(static_cast<State>(from)));
  }
}

TEST_CASE("an incident's id is read back, and nothing else is") {
  CHECK(incident_id(17) == "INC-17");
  CHECK(parse_incident_id("INC-17") == 17);
  for (const char* wrong : {"", "INC-", "INC-0", "INC--1", "INC-1x", "inc-1", "17",
                            "INC-99999999999999999999999", "INC- 1", "INC-1/2"}) {
    CHECK_FALSE(parse_incident_id(wrong));
  }
}
