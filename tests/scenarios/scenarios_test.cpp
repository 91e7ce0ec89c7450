#include <cstdlib>

#include "tests/catch.h"
#include "tests/golden.h"
#include "tests/scenarios/story.h"

using namespace tests;

namespace {

void hold_against(const Story::Line& line, const World& world) {
  const std::vector<std::string>& words = line.words;
  const auto& incidents = world.view().incidents;
  INFO("line " << line.number);
  if (words.at(0) == "runs") {
    const auto runs = std::count_if(world.actions().begin(), world.actions().end(),
                                    [&](const World::Run& run) { return run.target == words.at(1); });
    CHECK(runs == std::stol(words.at(2)));
  } else if (words[0] == "last") {
    REQUIRE(!incidents.empty());
    CHECK(healer::to_string(incidents.front().state) == words.at(1));
  } else if (words[0] == "incidents") {
    CHECK(incidents.size() == std::stoul(words.at(1)));
  } else if (words[0] == "firings") {
    REQUIRE(!incidents.empty());
    CHECK(incidents.front().firings == std::stoi(words.at(1)));
  } else if (words[0] == "told") {
    const auto kind = healer::parse_notice_kind(words.at(1));
    REQUIRE(kind);
    CHECK(std::ranges::count(world.notices(), *kind, &healer::Notice::kind) == std::stol(words.at(2)));
  } else if (words[0] == "field") {  // of the last notice of this kind: its value begins with these words
    const auto kind = healer::parse_notice_kind(words.at(1));
    REQUIRE(kind);
    const auto& notices = world.notices();
    const auto last = std::find_if(notices.rbegin(), notices.rend(),
                                   [&](const healer::Notice& notice) { return notice.kind == *kind; });
    REQUIRE(last != notices.rend());
    std::string value = words.at(3);
    for (std::size_t i = 4; i < words.size(); ++i) value += " " + words[i];
    CHECK(last->field(words.at(2)) == value);
  } else if (words[0] == "trading") {
    CHECK(world.trading_halted() == (words.at(1) == "halted"));
  } else if (words[0] == "policy") {
    REQUIRE(!world.published().empty());
    CHECK(healer::to_string(world.published().back().policy) == words.at(1));
  } else if (words[0] == "decided") {
    const std::string reason = words.size() > 2 ? words[2] : "";
    const auto& decisions = world.view().decisions_total;
    CHECK(std::any_of(decisions.begin(), decisions.end(), [&](const auto& decision) {
      return decision.first.outcome == words.at(1) && decision.first.reason == reason && decision.second > 0;
    }));
  } else {
    FAIL("\"" << words[0] << "\" is no expectation");
  }
}

}  // namespace

TEST_CASE("every story ends as it should, with the journal it should have") {
  const std::string name = GENERATE(from_range(story_names()));
  const bool checkpoints = GENERATE(false, true);
  INFO("story " << name << (checkpoints ? ", with a checkpoint after every turn" : ""));
  const Story story = read_story(name);
  World world(story.config);
  world.journal.set_eager(checkpoints);
  const base::WallTime began = world.clock.now().wall;
  stage(story, world);
  world.run_until(story.end);

  CHECK(world.too_loose().empty());
  CHECK(world.operator_errors().empty());
  REQUIRE(!story.expectations.empty());
  for (const Story::Line& line : story.expectations) hold_against(line, world);

  const std::string journal = journal_text(world.journal.entries(), began);
  CHECK(golden_difference("tests/scenarios/" + name + "/journal.txt", journal) == "");
}
