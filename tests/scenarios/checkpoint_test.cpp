// At any moment of any story: a checkpoint and the records after it amount to what all records do.
#include "healer/state/checkpoint.h"

#include "tests/catch.h"
#include "tests/scenarios/story.h"

using namespace tests;
using healer::Entry;

namespace {

struct Memory {
  explicit Memory(const base::Clock& clock) : now(clock.now()), ledger(journal, clock) {}
  void apply(const Entry& entry) {
    history.apply(entry, now.mono - (now.wall - entry.record.at));
    ledger.replay(entry);
  }
  std::vector<std::string> lines() {
    std::vector<std::string> lines;
    ledger.settle([&](const std::vector<Entry>&, const auto& known) {
      healer::write_checkpoint(history, known, now,
                               [&lines](std::string_view line) { lines.emplace_back(line); });
    });
    return lines;
  }

  base::Now now;
  FakeJournal journal;
  healer::History history;
  healer::AlertStore ledger;
};

}  // namespace

TEST_CASE("a checkpoint at any record of any story changes nothing of what is remembered") {
  const std::string name = GENERATE(from_range(story_names()));
  INFO("story " << name);
  const Story story = read_story(name);
  World world(story.config);
  stage(story, world);
  world.run_until(story.end);
  const std::vector<Entry>& entries = world.journal.entries();
  Memory whole(world.clock);
  for (const Entry& entry : entries) whole.apply(entry);
  const std::vector<std::string> expected = whole.lines();

  Memory before(world.clock);
  for (std::size_t cut = 0; cut < entries.size(); ++cut) {
    INFO("checkpoint after record " << cut);
    Memory after(world.clock);
    healer::CheckpointReader reader(after.history, after.ledger, after.now);
    for (const std::string& line : before.lines()) {
      INFO(line);
      REQUIRE(reader.take(line));
    }
    CHECK(after.lines() == before.lines());
    for (std::size_t i = cut; i < entries.size(); ++i) after.apply(entries[i]);
    CHECK(after.lines() == expected);
    before.apply(entries[cut]);
  }
}
