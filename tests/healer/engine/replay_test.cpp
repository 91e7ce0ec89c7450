#include "healer/engine/replay.h"

#include "tests/catch.h"
#include "tests/scenarios/story.h"

using namespace healer;
using namespace std::chrono_literals;
using tests::Story;
using tests::World;

namespace {

std::vector<Entry> lived(const Story& story) {
  World world(story.config);
  stage(story, world);
  world.run_until(story.end);
  return world.journal.entries();
}

}  // namespace

TEST_CASE("every story is decided again as it was") {
  const std::string name = GENERATE(from_range(tests::story_names()));
  const Story story = tests::read_story(name);
  const std::vector<Entry> entries = lived(story);
  const World words(story.config);
  const Replayed replayed = replay(entries, story.config, words);
  INFO("story " << name);
  if (replayed.difference) {
    INFO("record " << replayed.difference->seq << "\nexpected " << replayed.difference->expected
                   << "\ngot      " << replayed.difference->got);
    CHECK(false);
  }
  const auto own = std::ranges::count_if(entries, [](const Entry& entry) {
    return std::holds_alternative<IncidentMoved>(entry.record.fact) ||
           std::holds_alternative<ActionIntended>(entry.record.fact);
  });
  // What a person released is not the healer's decision.
  CHECK(static_cast<std::ptrdiff_t>(replayed.decisions) + 2 >= own);
}

TEST_CASE("another configuration decides otherwise: the first record that differs is reported") {
  Story story = tests::read_story("restart_helps");
  const std::vector<Entry> entries = lived(story);
  const World words(story.config);
  SECTION("it would ask an operator first") {
    for (Rung& rung : story.config.playbooks[0].rungs) rung.approval = true;
    const Replayed replayed = replay(entries, story.config, words);
    REQUIRE(replayed.difference);
    CHECK(replayed.difference->expected.find(R"("kind":"recommended")") != std::string::npos);
    CHECK(replayed.difference->got.find(R"("approval":true)") != std::string::npos);
  }
  SECTION("it would not act on this alert") {
    story.config.playbooks[0].accepts = {"SomethingElse"};
    const Replayed replayed = replay(entries, story.config, words);
    REQUIRE(replayed.difference);
    CHECK(replayed.difference->expected.find("incident_opened") != std::string::npos);
    CHECK(replayed.difference->got.find("not_accepted") != std::string::npos);
  }
  SECTION("it would not have believed so soon") {
    story.config.playbooks[0].verify.healthy_for = 1min;
    const Replayed replayed = replay(entries, story.config, words);
    REQUIRE(replayed.difference);
    CHECK(replayed.difference->expected.find("healed") != std::string::npos);
    CHECK(replayed.difference->got == "nothing");
  }
  SECTION("its budget would have been spent") {
    story = tests::read_story("refire_in_cooldown");
    const std::vector<Entry> more = lived(story);
    story.config.playbooks[0].attempts = 1;
    const Replayed replayed = replay(more, story.config, words);
    REQUIRE(replayed.difference);
    CHECK(replayed.difference->got.find("exhausted") != std::string::npos);
  }
}

TEST_CASE("a journal that ends anywhere is decided again up to there") {
  const Story story = tests::read_story("restart_fails_twice_then_escalates");
  const std::vector<Entry> entries = lived(story);
  const World words(story.config);
  for (std::size_t end = 0; end <= entries.size(); ++end) {
    INFO("the first " << end << " records");
    CHECK_FALSE(replay(std::span(entries).first(end), story.config, words).difference);
  }
}
