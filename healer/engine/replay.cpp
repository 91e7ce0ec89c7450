#include "healer/engine/replay.h"

#include <algorithm>
#include <map>
#include <type_traits>

#include "healer/engine/incident/progress.h"
#include "healer/engine/planned_downtime.h"
#include "healer/engine/planner.h"
#include "healer/engine/replay_text.h"
#include "healer/state/history/history.h"

namespace healer {
namespace {

using Outcome = ActionFinished::Outcome;

// How the text of an ineffective action begins if its verification took the whole time.
constexpr std::string_view kNotInTime = "the symptom did not clear in time";

// Refused because of the healer's own state at that time, which is not recorded.
bool is_unexplained(const Fact& fact) {
  const auto* moved = std::get_if<IncidentMoved>(&fact);
  return moved != nullptr && (moved->refusal == Refusal::kUnhealthy || moved->refusal == Refusal::kStarting ||
                              moved->refusal == Refusal::kSuppressed);
}

// The incident whose step wrote the record; nullopt for inputs.
std::optional<std::uint64_t> step_of(const Fact& fact) {
  return std::visit(
      [](const auto& what) -> std::optional<std::uint64_t> {
        using T = std::remove_cvref_t<decltype(what)>;
        if constexpr (std::is_same_v<T, IncidentMoved>) {
          if (what.to == State::kReleased) return std::nullopt;  // by an operator
          // A more urgent incident takes over the target: the record is that incident's step.
          const bool looked = what.from == State::kVerifying || what.from == State::kProbation;
          return looked && what.to == State::kGated && what.by != 0 ? what.by : what.incident;
        } else if constexpr (std::is_same_v<T, Recommended> || std::is_same_v<T, ApprovalAsked> ||
                             std::is_same_v<T, ActionIntended> || std::is_same_v<T, ActionFinished> ||
                             std::is_same_v<T, SymptomReturned> || std::is_same_v<T, SymptomGone>) {
          return what.incident;
        } else {
          return std::nullopt;
        }
      },
      fact);
}

class Replay {
 public:
  Replay(std::span<const Entry> entries, const Config& config, const Effects& effects, History before)
      : entries_(entries),
        config_(config),
        described_(effects),
        // Journals of versions without recommendations have none.
        recommends_(std::ranges::any_of(
            entries,
            [](const Entry& entry) { return std::holds_alternative<Recommended>(entry.record.fact); })),
        history_(std::move(before)) {
    for (const auto& [id, approval] : history_.approvals()) described_.learn(approval);
    for (const Recommendation& each : history_.recommendations()) described_.learn(each);
  }

  Replayed run() {
    while (at_ < entries_.size() && !result_.difference) {
      const Entry& entry = entries_[at_];
      advance_clock(entry.record.at);
      if (const auto number = step_of(entry.record.fact); number && history_.incident(*number) != nullptr) {
        step(*number);
      } else {
        if (const auto got = answered_differently(entry.record.fact)) differ(*got);
        apply();
        settle(entry.record.fact);
      }
    }
    return std::move(result_);
  }

 private:
  void advance_clock(base::WallTime at) {
    if (at_ > 0 && at > now_.wall) now_.mono += at - now_.wall;
    now_.wall = at;
  }

  void apply() { history_.apply(entries_[at_++], now_.mono); }

  void differ(std::string got) {
    result_.difference = Difference{entries_[at_].seq, encode(entries_[at_].record), std::move(got)};
  }

  GuardContext conditions() const {
    return {.policy = history_.policy().value_or(Policy::kNoNewTrades),
            .permissions = history_.permissions_remembered(config_.policy.safe_risk_profile)};
  }

  StepResult ask(std::uint64_t number) {
    return advance(*history_.incident(number), runtimes_[number], round_, config_, history_, described_,
                   conditions(), now_);
  }

  // Compares one step of the incident with as many records as it writes.
  void step(std::uint64_t number) {
    receive(number);
    learn_descriptions(number);
    const StepResult step = ask(number);
    std::size_t compared = 0;
    for (const Record& record : step.pending.records) {
      if (!recommends_ && std::holds_alternative<Recommended>(record.fact)) continue;
      ++compared;
      if (at_ >= entries_.size()) return;  // the journal ends within a step: it was truncated there
      const Record expected{record.at, entries_[at_].record.fact};
      if (is_unexplained(expected.fact)) return apply();
      if (!same_decision(expected, record)) return differ(encode(record));
      apply();
      ++result_.decisions;
    }
    if (compared == 0) return differ("nothing");
    begin_phase(number);
  }

  // Takes an action's outcome or a check's verdict from the next record.
  void receive(std::uint64_t number) {
    IncidentRuntime& runtime = runtimes_[number];
    const std::string id = incident_id(number);
    const auto check = [&](CheckInput::Verdict verdict, const std::string& detail) {
      runtime.answer = CheckInput{.incident = id,
                                  .round = runtime.round,
                                  .verdict = verdict,
                                  .observed_at = now_.wall,
                                  .detail = detail};
    };
    const Fact& fact = entries_[at_].record.fact;
    if (const auto* finished = std::get_if<ActionFinished>(&fact)) {
      if (finished->outcome == Outcome::kInterrupted) return;
      runtime.outcome = ActionInput{.action_id = finished->action_id,
                                    .incident = id,
                                    .ok = finished->outcome == Outcome::kSuccess,
                                    .detail = finished->detail,
                                    .started = finished->started,
                                    .counts = finished->counts,
                                    .findings = finished->findings,
                                    .written = {},
                                    .undo = finished->undo};
    } else if (const auto* returned = std::get_if<SymptomReturned>(&fact)) {
      check(CheckInput::Verdict::kUnhealthy, returned->detail);
    } else if (const auto* moved = std::get_if<IncidentMoved>(&fact)) {
      const bool healthy = (moved->from == State::kVerifying && moved->to == State::kProbation) ||
                           (moved->from == State::kProbation && moved->to == State::kHealed);
      if (healthy) check(CheckInput::Verdict::kHealthy, moved->detail);
      const bool looked = moved->from == State::kVerifying || moved->from == State::kProbation;
      if (looked && moved->refusal == Refusal::kContradicted) {
        check(CheckInput::Verdict::kUnknown, moved->detail);
        runtime.answer->contradicts = true;
      } else if (looked && moved->refusal == Refusal::kUnverified) {
        check(CheckInput::Verdict::kUnknown, moved->detail);
      } else if (moved->from == State::kVerifying && moved->to == State::kIneffective) {
        check(CheckInput::Verdict::kUnhealthy, moved->detail);
        runtime.answer->ended = !moved->detail.starts_with(kNotInTime);
      } else if (moved->from == State::kProbation && moved->to == State::kIneffective) {
        // Healthy, but in facts that are too old to heal it.
        check(CheckInput::Verdict::kHealthy, moved->detail);
        runtime.answer->observed_at = {};
      } else if (moved->to == State::kVerifying && history_.incident(number)->unverified) {
        check(CheckInput::Verdict::kHealthy, moved->detail);
      }
    }
  }

  // What the journal says about the actions of this step. A description may change from one step to another:
  // the configuration was reloaded.
  void learn_descriptions(std::uint64_t number) {
    const base::WallTime at = entries_[at_].record.at;
    for (const Entry& entry : entries_.subspan(at_)) {
      if (entry.record.at != at || step_of(entry.record.fact) != number) return;
      described_.learn(entry.record.fact);
    }
  }

  // Verification counts from its beginning in this process.
  void begin_phase(std::uint64_t number) {
    const State state = history_.incident(number)->state;
    if (state == State::kVerifying || state == State::kProbation) ask(number);
    if (!is_open(state)) runtimes_.erase(number);
  }

  // Drops what the healer forgets when it starts, or when its journal could not be written.
  void settle(const Fact& fact) {
    const bool process_started = std::holds_alternative<ProcessStarted>(fact);
    if (!process_started && !std::holds_alternative<JournalFailed>(fact)) return;
    if (process_started) runtimes_.clear();
    for (const std::uint64_t number : history_.open()) {
      const State state = history_.incident(number)->state;
      IncidentRuntime& runtime = runtimes_[number];
      runtime.phase.reset();
      if (process_started) runtime.orphaned = state == State::kIntent || state == State::kRunning;
      begin_phase(number);
    }
  }

  bool is_maintained(const Target& target) const {
    const auto planned = planned_downtime(config_, history_, now_.mono);
    const auto found = planned.find(target.name);
    return target.kind == kContainer && found != planned.end() && found->second.maintenance;
  }

  // The answer to an alert now, if it differs from the recorded one.
  std::optional<std::string> answered_differently(const Fact& fact) {
    std::string fingerprint;
    if (const auto* opened = std::get_if<IncidentOpened>(&fact)) fingerprint = opened->fingerprint;
    if (const auto* joined = std::get_if<AlertJoined>(&fact)) fingerprint = joined->fingerprint;
    if (const auto* refused = std::get_if<AlertRefused>(&fact)) fingerprint = refused->fingerprint;
    const auto known = history_.alerts().find(fingerprint);
    if (fingerprint.empty() || known == history_.alerts().end()) return std::nullopt;
    ++result_.decisions;
    const Alert& alert = known->second.alert;
    const auto request = read_request(alert, config_);
    const auto* no = std::get_if<NotAllowed>(&request);
    const auto* refused = std::get_if<AlertRefused>(&fact);
    if (no != nullptr) {
      if (refused != nullptr && refused->refusal == no->reason) return std::nullopt;
      return encode(
          {now_.wall, AlertRefused{fingerprint, std::string(alert.label("heal")), no->reason, no->detail}});
    }
    const auto& asked = std::get<Asked>(request);
    if (refused != nullptr && refused->refusal == Refusal::kTargetBusy && is_maintained(asked.target) &&
        !prepares_at_once(*asked.playbook))
      return std::nullopt;
    const auto* opened = std::get_if<IncidentOpened>(&fact);
    const bool same =
        opened == nullptr || (opened->playbook == asked.playbook->name && opened->target == asked.target);
    if (refused == nullptr && same) return std::nullopt;
    return encode({now_.wall, IncidentOpened{.playbook = asked.playbook->name,
                                             .subsystem = asked.subsystem,
                                             .severity = std::string(alert.label("severity")),
                                             .target = asked.target,
                                             .fingerprint = fingerprint,
                                             .alert_name = std::string(alert.label("alertname")),
                                             .alert_starts_at = alert.starts_at}});
  }

  std::span<const Entry> entries_;
  const Config& config_;
  RecordedDescriptions described_;
  const bool recommends_;
  History history_;
  std::map<std::uint64_t, IncidentRuntime> runtimes_;
  std::uint64_t round_ = 0;
  base::Now now_{{}, kReplayBegins};
  std::size_t at_ = 0;
  Replayed result_;
};

}  // namespace

Replayed replay(std::span<const Entry> entries, const Config& config, const Effects& effects,
                History before) {
  return Replay(entries, config, effects, std::move(before)).run();
}

}  // namespace healer
