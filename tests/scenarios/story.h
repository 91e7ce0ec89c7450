// clang-format off
// A story: what happens, in a small text of one event a line, and what the journal must hold afterwards.
// clang-format off
//
//   # A comment says what the story is about.
//   subsystem data_feed feed exchange     one more: name, container, what it depends on
//   startup_grace 10s                     of the guards: startup_grace, actions_per_hour
//   playbook calm_logs LogErrorSurge      one more, otherwise as the first: name, the alerts it accepts
//   on_crash never_repeat                 settings of the playbook named last: on_crash, attempts, cooldown,
//                                         cooldown_factor, healthy_for, within, priority, quiet_hours, requires_policy
//   actions pause_trading container_restart   what its rungs do; what pauses or resumes trading does that
//   prepares 1                            the rung only prepares the next; undo_when_healed yes
//   approval all                          of the rungs, or of one from 1: approval, recommended, dry_run; approval_within
//   runs quantum_redis: useless helps     what each run of an action on it does: helps useless fails relapses(4s)
//   0s    fires ContainerDown container=quantum_redis      its target breaks; the alert is delivered
//   0s    fire_together ContainerDown feed exchange        several targets, one delivery
//   30s   resolves ContainerDown container=quantum_redis
//   40s   again                           everything known is delivered once more
//   50s   stale ContainerDown container=quantum_redis starts=0s
//   1m    facts quantum_redis unknown     checks find nothing | known
//   1m    watchdog stops                  | returns
//   2m    pause 10m | resume
//   3m    release                         the latched incident
//   3m    approve                         what waits for it | reject | approve again: the same once more
//   3m    undo                            the newest action that can be taken back | undo again: the same once more
//   3m    hold defensive_exit 1m          | release_policy
//   4m    kill 10m                        the healer; it is back after so long, or a second
//   4m    journal fails                   | works
//   5m    end
//   expect runs quantum_redis 2           how often actions ran on it
//   expect last healed                    the newest incident's state
//   expect incidents 1
//   expect firings 3                      of the newest incident
//   expect told storm 1                   notices of this kind
//   expect trading on                     what the trading system was told last | halted
//   expect policy allow_all               the last one published
//   expect decided refuse cooldown        counted at least once
// clang-format on
#pragma once

#include <string>
#include <vector>

#include "healer/config/config.h"
#include "tests/scenarios/world.h"

namespace tests {

struct Story {
  std::string name;
  healer::Config config;
  struct Line {
    int number = 0;
    base::Duration at{};
    std::vector<std::string> words;
  };
  std::vector<Line> events;
  std::vector<Line> expectations;
  std::vector<Line> effects;
  base::Duration end{};
};

std::vector<std::string> story_names();
// Throws with the line's number when it makes no sense.
Story read_story(const std::string& name);
std::string story_path(const std::string& name, const std::string& file);

// Puts the story's events into the world.
void stage(const Story& story, World& world);

// The journal as lines for a person: time since the beginning, number, kind and what it says.
std::string journal_text(const std::vector<healer::Entry>& entries, base::WallTime began);

// A configuration of one playbook with two rungs of one action each, and two containers.
healer::Config example_config();

}  // namespace tests
