#include "healer/state/incident_states.h"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "tests/catch.h"

using namespace healer;
using enum State;

namespace {

const std::string kPage = SALUS_SOURCE_DIR "/docs/incident-states.md";

std::string read(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

}  // namespace

TEST_CASE("exactly the moves of the table are allowed") {
  const std::map<State, std::set<State>> allowed{
      {kAccepted, {kGated, kIntent, kResolved, kExhausted, kFailed}},
      {kGated, {kGated, kIntent, kResolved, kVerifying, kExhausted, kReleased, kFailed}},
      {kIntent, {kRunning, kUnknown}},
      {kRunning, {kVerifying, kUnknown}},
      {kVerifying, {kProbation, kIneffective, kGated}},
      {kProbation, {kHealed, kIneffective, kGated}},
      {kIneffective, {kIntent, kGated, kVerifying, kExhausted, kFailed}},
      {kUnknown, {kVerifying, kIntent, kGated, kExhausted, kFailed}},
      {kExhausted, {kReleased, kFailed}},
      {kHealed, {}},
      {kResolved, {}},
      {kReleased, {}},
      {kFailed, {}},
  };
  for (int from = 0; from <= static_cast<int>(kFailed); ++from) {
    for (int to = 0; to <= static_cast<int>(kFailed); ++to) {
      const auto a = static_cast<State>(from);
      const auto b = static_cast<State>(to);
      INFO(to_string(a) << " to " << to_string(b));
      CHECK(may_move(a, b) == allowed.at(a).contains(b));
    }
  }
}

TEST_CASE("nothing moves out of a closed incident, and every open state has a way out") {
  for (int from = 0; from <= static_cast<int>(kFailed); ++from) {
    bool leaves = false;
    for (int to = 0; to <= static_cast<int>(kFailed); ++to) {
      leaves = leaves || (from != to && may_move(static_cast<State>(from), static_cast<State>(to)));
    }
    CHECK(leaves == is_open(static_cast<State>(from)));
  }
}

TEST_CASE("each pair of states is in the table once, with its event") {
  std::set<std::pair<State, State>> seen;
  for (const Transition& each : transitions()) {
    INFO(to_string(each.from) << " to " << to_string(each.to));
    CHECK(seen.emplace(each.from, each.to).second);
    CHECK_FALSE(each.event.empty());
  }
}

// UPDATE_GOLDEN=1 writes the diagram into the page.
TEST_CASE("the diagram in the documentation is the table's") {
  const std::string begin = "```mermaid\n";
  std::string page = read(kPage);
  const auto from = page.find(begin);
  REQUIRE(from != std::string::npos);
  const auto start = from + begin.size();
  const auto end = page.find("```", start);
  REQUIRE(end != std::string::npos);
  if (std::getenv("UPDATE_GOLDEN") != nullptr) {
    page.replace(start, end - start, state_diagram());
    std::ofstream(kPage) << page;
    return;
  }
  INFO("./dev golden writes the diagram into docs/incident-states.md");
  CHECK(page.substr(start, end - start) == state_diagram());
}
