// Every story once more for each of its journal writes: the healer dies just before it or just after it, or
// the write fails. Then it starts anew from what is on disk, and the story goes on.
#include <map>
#include <set>

#include "healer/engine/planner.h"
#include "healer/engine/projection.h"
#include "healer/state/incident_states.h"
#include "healer/state/undo.h"
#include "tests/catch.h"
#include "tests/scenarios/story.h"

using namespace tests;
using healer::OnCrash;
using Fault = FakeJournal::Fault;

namespace {

struct Incidents {
  std::map<std::uint64_t, healer::State> states;
  std::set<std::uint64_t> interrupted;
  std::set<std::uint64_t> undoing;  // take an action back, by a playbook of their own
  std::set<std::uint64_t> asking;   // wait for a person's approval
  std::map<std::uint64_t, std::optional<healer::Refusal>> refusals;
  std::map<std::uint64_t, std::uint64_t> waits_for;  // the incident that stood last in the way of each
  std::set<std::string> members;  // fingerprints that an incident took, or that were refused
  std::set<std::string> ended;
};

Incidents read(const std::vector<healer::Entry>& entries) {
  Incidents incidents;
  for (const healer::Entry& entry : entries) {
    const healer::Fact& fact = entry.record.fact;
    if (const auto* opened = std::get_if<healer::IncidentOpened>(&fact)) {
      incidents.states[entry.seq] = healer::State::kAccepted;
      incidents.members.insert(opened->fingerprint);
      if (!opened->undoes.empty()) incidents.undoing.insert(entry.seq);
    } else if (const auto* joined = std::get_if<healer::AlertJoined>(&fact)) {
      incidents.members.insert(joined->fingerprint);
    } else if (const auto* refused = std::get_if<healer::AlertRefused>(&fact)) {
      incidents.members.insert(refused->fingerprint);
    } else if (const auto* seen = std::get_if<healer::AlertSeen>(&fact)) {
      if (!seen->alert.firing) incidents.ended.insert(seen->alert.fingerprint);
    } else if (const auto* moved = std::get_if<healer::IncidentMoved>(&fact)) {
      // What is on disk is a lawful life, whatever happened between the writes.
      CHECK(incidents.states[moved->incident] == moved->from);
      CHECK(healer::may_move(moved->from, moved->to));
      incidents.states[moved->incident] = moved->to;
      const bool asks =
          moved->refusal == healer::Refusal::kApproval || moved->refusal == healer::Refusal::kNotAutomatic;
      if (asks && moved->to == healer::State::kGated) {
        incidents.asking.insert(moved->incident);
      } else {
        incidents.asking.erase(moved->incident);
      }
      incidents.refusals[moved->incident] = moved->refusal;
      incidents.waits_for[moved->incident] = moved->by;
    } else if (const auto* finished = std::get_if<healer::ActionFinished>(&fact)) {
      if (finished->outcome == healer::ActionFinished::Outcome::kInterrupted)
        incidents.interrupted.insert(finished->incident);
    }
  }
  return incidents;
}

bool leaves_a_pause(const World& world, std::uint64_t number) {
  const auto& all = world.view().incidents;
  const auto found = std::ranges::find(all, healer::incident_id(number), &healer::IncidentView::id);
  return found != all.end() && std::ranges::any_of(found->undos, [](const auto& undo) {
           return !undo.undone && undo.incident.empty();
         });
}

void hold_invariants(const Story& story, const World& world, Fault fault) {
  const Incidents incidents = read(world.journal.entries());
  std::set<std::string> approved;
  std::map<std::pair<std::uint64_t, std::size_t>, int> intents;
  for (const healer::Entry& entry : world.journal.entries()) {
    if (const auto* answered = std::get_if<healer::ApprovalAnswered>(&entry.record.fact);
        answered != nullptr && answered->answer == healer::ApprovalAnswered::Answer::kApproved) {
      CHECK(approved.insert(answered->approval).second);  // once
    }
    const auto* intended = std::get_if<healer::ActionIntended>(&entry.record.fact);
    // A rung has no more runs than it is given, however often the healer dies.
    if (intended != nullptr && intended->playbook != healer::kUndoPlaybook) {
      const healer::Playbook& playbook = *healer::find_playbook(story.config, intended->playbook);
      CHECK(++intents[{intended->incident, intended->rung}] <= playbook.rungs.at(intended->rung).attempts);
    }
    if (intended == nullptr || !story.config.playbooks[0].rungs[intended->rung].approval) continue;
    // Nothing that needs an approval starts without one of its own.
    const auto asked =
        std::ranges::find(world.view().approvals, intended->action_id, &healer::Approval::action_id);
    REQUIRE(asked != world.view().approvals.end());
    CHECK(asked->state == healer::Approval::State::kUsed);
    CHECK(approved.contains(asked->id));
  }
  std::set<std::string> action_ids;
  std::map<std::string, int> runs;
  for (const World::Run& run : world.actions()) {
    CHECK(action_ids.insert(run.action_id).second);  // no action is started twice
    ++runs[run.incident];
  }
  for (const auto& [number, state] : incidents.states) {
    INFO("incident " << number);
    // What is open waits for a person: by itself, behind another one on its target (or behind its pause,
    // which nobody has undone), or for an answer (what was interrupted is asked again, which the story's
    // person may not wait for).
    const auto other = state == healer::State::kGated ? incidents.states.find(incidents.waits_for.at(number))
                                                      : incidents.states.end();
    const bool behind = other != incidents.states.end() &&
                        (other->second == healer::State::kExhausted || leaves_a_pause(world, other->first));
    CHECK((!healer::is_open(state) || state == healer::State::kExhausted || behind ||
           incidents.asking.contains(number)));
    const bool never_again = story.config.playbooks[0].on_crash == OnCrash::kNeverRepeat &&
                             incidents.interrupted.contains(number) && !incidents.undoing.contains(number);
    // Of an interrupted one that is never repeated, no run comes after the one that was interrupted.
    if (never_again) {
      CHECK((state == healer::State::kExhausted || state == healer::State::kHealed ||
             state == healer::State::kReleased));
      std::uint64_t interrupted_at = 0;
      for (const healer::Entry& entry : world.journal.entries()) {
        const auto* finished = std::get_if<healer::ActionFinished>(&entry.record.fact);
        if (finished != nullptr && finished->incident == number &&
            finished->outcome == healer::ActionFinished::Outcome::kInterrupted)
          interrupted_at = entry.seq;
        const auto* intended = std::get_if<healer::ActionIntended>(&entry.record.fact);
        if (interrupted_at != 0) CHECK((intended == nullptr || intended->incident != number));
      }
    }
  }
  for (const healer::Alert& alert : world.acknowledged()) {
    if (!alert.firing || alert.label("heal").empty()) continue;
    INFO("alert " << alert.label("alertname"));
    // What was acknowledged was dealt with. While nothing could be written, it may have ended before it was.
    const bool ended_first = fault == Fault::kFail && incidents.ended.contains(alert.fingerprint);
    CHECK((incidents.members.contains(alert.fingerprint) || ended_first));
  }
  for (const std::string& line : world.too_loose()) UNSCOPED_INFO(line);
  CHECK(world.too_loose().empty());
  // Trading goes on once what held it back is healed; what is not healed, or was not to be taken back by
  // itself, a person can.
  const bool left_to_a_person = std::ranges::any_of(world.view().incidents, [&](const auto& incident) {
    const bool by_itself =
        incident.state == healer::State::kHealed && story.config.playbooks[0].undo_when_healed;
    return std::ranges::any_of(incident.undos, [&](const auto& undo) { return !undo.undone && !by_itself; });
  });
  CHECK((!world.trading_halted() || left_to_a_person));

  // A restart now would remember exactly what is known now.
  healer::History replayed;
  for (const healer::Entry& entry : world.journal.entries()) replayed.apply(entry, base::MonoTime{});
  const healer::View again = healer::project(world.config, replayed, world.clock.now());
  REQUIRE(again.incidents.size() == world.view().incidents.size());
  for (std::size_t i = 0; i < again.incidents.size(); ++i) {
    const healer::IncidentView& a = again.incidents[i];
    const healer::IncidentView& b = world.view().incidents[i];
    CHECK(a.id == b.id);
    CHECK(a.state == b.state);
    CHECK(a.actions == b.actions);
    CHECK(a.timeline.size() == b.timeline.size());
  }
  CHECK(again.actions_total == world.view().actions_total);
  CHECK(again.firing.size() == world.view().firing.size());
}

int appends_of(const Story& story) {
  World world(story.config);
  stage(story, world);
  world.run_until(story.end);
  return world.journal.appends();
}

}  // namespace

TEST_CASE("a crash or a failure at any journal write of any story loses nothing and repeats nothing") {
  for (const std::string& name : story_names()) {
    Story story = read_story(name);
    for (const OnCrash on_crash : {OnCrash::kVerify, OnCrash::kRetry, OnCrash::kNeverRepeat}) {
      story.config.playbooks[0].on_crash = on_crash;
      const int appends = appends_of(story);
      for (int nth = 1; nth <= appends; ++nth) {
        for (const Fault fault : {Fault::kCrashBefore, Fault::kCrashAfter, Fault::kFail}) {
          INFO("story " << name << ", on_crash " << static_cast<int>(on_crash) << ", write " << nth
                        << ", fault " << static_cast<int>(fault));
          World world(story.config);
          world.journal.befall(fault, nth);
          stage(story, world);
          // What was delayed has its time.
          world.run_until(story.end + std::chrono::minutes(15));
          hold_invariants(story, world, fault);
        }
      }
    }
  }
}
