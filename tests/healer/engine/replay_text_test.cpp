#include "healer/engine/replay_text.h"

#include "healer/engine/replay.h"
#include "tests/catch.h"
#include "tests/healer/builders.h"
#include "tests/scenarios/story.h"

using namespace healer;
using tests::World;

namespace {

// As another version would have worded it.
Entry reworded(Entry entry) {
  std::visit(
      [](auto& fact) {
        if constexpr (requires { fact.detail; }) fact.detail += ", in other words";
        if constexpr (requires { fact.description; }) fact.description += ", in other words";
        if constexpr (requires { fact.started_by; })
          fact.reason += fact.started_by == "salus" ? " again" : "";
      },
      entry.record.fact);
  return entry;
}

}  // namespace

TEST_CASE("a journal in which every text is worded differently is decided again as it was") {
  const std::string name = GENERATE(from_range(tests::story_names()));
  const tests::Story story = tests::read_story(name);
  World world(story.config);
  stage(story, world);
  world.run_until(story.end);
  std::vector<Entry> entries;
  for (const Entry& entry : world.journal.entries()) entries.push_back(reworded(entry));
  const World words(story.config);
  const Replayed replayed = replay(entries, story.config, words);
  INFO("story " << name);
  if (replayed.difference) {
    INFO("record " << replayed.difference->seq << "\nexpected " << replayed.difference->expected
                   << "\ngot      " << replayed.difference->got);
    CHECK(false);
  }
}

TEST_CASE("a decision is compared without its text") {
  const base::WallTime at(std::chrono::seconds(1765944000));
  const Record gated{at, IncidentMoved{17, State::kAccepted, State::kGated, Refusal::kCooldown, "1m to go"}};
  CHECK(same_decision(
      gated, {at, IncidentMoved{17, State::kAccepted, State::kGated, Refusal::kCooldown, "wait 1m"}}));
  CHECK_FALSE(same_decision(
      gated, {at, IncidentMoved{17, State::kAccepted, State::kGated, Refusal::kParent, "1m to go"}}));
  CHECK_FALSE(same_decision(
      gated, {at, IncidentMoved{18, State::kAccepted, State::kGated, Refusal::kCooldown, "1m to go"}}));
}

TEST_CASE("an action is described as the journal does, and another action as usual") {
  const tests::Story story = tests::read_story("restart_helps");
  const World world(story.config);
  RecordedDescriptions described(world);
  described.learn(Fact(ActionIntended{17, "INC-17/1", "restart_container", "container_restart", 0,
                                      tests::kRedis, "restart it (killed after 10s)"}));
  ActionRequest request{.action_id = "INC-17/1",
                        .incident = "INC-17",
                        .playbook = "restart_container",
                        .rung = 0,
                        .action = "container_restart",
                        .target = tests::kRedis};
  CHECK(described.describe(request) == "restart it (killed after 10s)");
  request.action = "container_stop_start";
  CHECK(described.describe(request) == world.describe(request));
}
