// What the decider writes to the journal beside records, and what a start reads from it.
#include <algorithm>
#include <memory>
#include <utility>

#include "base/log.h"
#include "healer/engine/decider/decider.h"
#include "healer/state/checkpoint.h"
#include "healer/state/retention.h"

namespace healer {
namespace {

using namespace std::chrono_literals;

// The most records that a start reads beside the checkpoint. A clean stop writes a checkpoint after fewer
// records.
constexpr std::uint64_t kCheckpointEvery = 5000;
constexpr std::uint64_t kCheckpointAtStop = 500;
constexpr base::Duration kCheckpointRetry = 1min;
// How often to look for old records; more often with a shorter retention.
constexpr base::Duration kRetireEvery = 1h;
constexpr base::Duration kRetireMore = 1s;

using Known = std::map<std::string, AlertStore::Known>;

// The data of a checkpoint.
struct Memory {
  explicit Memory(History of) : history(std::move(of)) {}
  History history;
  Known known{};
};

}  // namespace

base::Result<> Decider::remember() {
  CheckpointReader checkpoint(history_, ledger_, now_);
  const auto note_start = [this](const Entry& entry) {
    if (std::holds_alternative<ProcessStarted>(entry.record.fact)) last_start_ = entry.record.at;
  };
  const auto recalled =
      journal_.recall([&checkpoint](std::string_view line) { return checkpoint.take(line); },
                      [&](const Entry& entry) {
                        note_start(entry);
                        checkpoint.take(entry);
                      });
  if (recalled) return {};
  // Everything in it is in the records as well.
  base::log::warn("the journal's checkpoint cannot be used; reading every record",
                  {{"reason", recalled.error().message}});
  history_ = History();
  ledger_.forget();
  CheckpointReader all(history_, ledger_, now_);
  return journal_.load([&all](std::string_view line) { return all.take(line); },
                       [&](const Entry& entry) {
                         note_start(entry);
                         all.take(entry);
                       },
                       journal::kNewest);
}

// Why the journal lacks records; empty when it is complete. The published policy applies in any case: the
// journal may have been unwritable, or may be an older copy.
std::string Decider::take_published(const std::vector<policy::Published>& published) {
  for (const policy::Published& each : published) {
    // Also after the wall clock was set back: readers keep the document with the highest sequence.
    sequence_ = std::max(sequence_, each.sequence);
    // A previous start has already considered older ones.
    if (each.whole && (journal_.set_aside() || each.issued_at > last_start_)) tighten_to(each);
  }
  if (const auto set_aside = journal_.set_aside()) return "the journal was quarantined: " + *set_aside;
  auto missing = journal_.unproven();
  if (!missing)
    missing = policy::missing_records(published, journal_.retired() + journal_.records(), last_start_);
  if (!missing) return "";
  missing_records_ = *missing;
  return "the journal may lack its newest records: " + *missing;
}

void Decider::tighten_to(const policy::Published& published) {
  // It may be stricter than the policy only because of the start.
  if (published.starting && published.policy <= Policy::kNoNewTrades) return;
  const auto& profile = config_->policy.safe_risk_profile;
  policy::Permissions permissions =
      published.permissions.value_or(policy::permissions_of(published.policy, profile));
  // A halt is a cause of its own.
  permissions.trading = std::min(permissions.trading, policy::Trading::kExitsOnly);
  const policy::PolicyState before = standing_;
  standing_.permissions = policy::meet(standing_.permissions, permissions);
  if (published.policy > standing_.level) {
    standing_ =
        policy::standing_at(published.policy, profile, published.policy == Policy::kEmergencyShutdown);
    standing_.permissions =
        policy::meet(standing_.permissions, policy::meet(before.permissions, permissions));
  }
  if (standing_.level == before.level && standing_.permissions == before.permissions) return;
  base::log::warn("starting with the last published policy",
                  {{"policy", to_string(published.policy)}, {"where", published.where}});
}

// The strictest published policy, at least no_new_trades, until an operator releases it.
Policy Decider::hold_without_journal(const std::vector<policy::Published>& published) {
  Policy strictest = std::max(Policy::kNoNewTrades, standing_.level);
  for (const policy::Published& each : published) strictest = std::max(strictest, each.policy);
  return strictest;
}

void Decider::checkpoint() {
  if (failing_since_ || journal_.since_checkpoint() < (stopping_ ? kCheckpointAtStop : kCheckpointEvery))
    return;
  const bool too_early = checkpoint_after_ && now_.mono < *checkpoint_after_;
  if (!stopping_ && (journal_.checkpointing() || too_early)) return;
  write_checkpoint_now();
}

bool Decider::write_checkpoint_now() {
  base::Result<> done;
  const std::vector<Entry> drained = ledger_.drain();
  for (const Entry& entry : drained) history_.apply(entry, now_.mono);
  bool news = !drained.empty();
  // A copy, so that neither deliveries nor the next turn wait until all of it is written.
  const auto memory = std::make_shared<Memory>(stopping_ ? History() : history_);
  ledger_.settle([&](const std::vector<Entry>& fresh, const Known& known) {
    for (const Entry& entry : fresh) {
      history_.apply(entry, now_.mono);
      memory->history.apply(entry, now_.mono);
    }
    news = news || !fresh.empty();
    if (stopping_) {
      done = journal_.checkpoint([&](const auto& line) { write_checkpoint(history_, known, now_, line); });
      return;
    }
    memory->known = known;
    done = journal_.checkpoint_beside([memory, now = now_](const auto& line) {
      write_checkpoint(memory->history, memory->known, now, line);
    });
  });
  if (news) {
    chain_changed_ = true;
    due(now_.mono);
  }
  checkpoint_after_.reset();
  if (done && !journal_.checkpointing()) return true;
  checkpoint_after_ = now_.mono + kCheckpointRetry;
  if (done) return false;
  base::log::warn("failed to write a checkpoint; the next start reads more records",
                  {{"error", done.error().message}});
  return false;
}

// Not in the first hour of a process, nor in the hour after the wall clock was set: age is known by that
// clock alone, and removed records cannot be restored.
void Decider::retire() {
  const base::Duration keep = config_->journal.retention;
  const base::Duration every = std::clamp<base::Duration>(keep / 4, kRetireMore, kRetireEvery);
  if (!retire_at_ || !self_health_.clock.empty()) retire_at_ = now_.mono + every;
  if (failing_since_ || stopping_ || now_.mono < *retire_at_) return due(retire_at_);
  retire_at_ = now_.mono + every;
  const base::WallTime before = now_.wall - keep;
  // While a newer checkpoint is being written, the existing one is used.
  const bool far_enough = journal_.checkpointed() > journal_.retired() + kRetiredAtOnce;
  if (is_older(journal_, before) &&
      (far_enough || write_checkpoint_now() || journal_.checkpointed() > journal_.retired())) {
    const auto retired = healer::retire(journal_, clock_, now_, before);
    if (!retired) {
      base::log::warn("failed to remove old records from the journal", {{"error", retired.error().message}});
    } else if (retired->records > 0) {
      base::log::info("old records were removed from the journal", {{"records", retired->records},
                                                                    {"until", base::rfc3339(retired->until)},
                                                                    {"journal_bytes", journal_.bytes()}});
      if (retired->more) retire_at_ = now_.mono + kRetireMore;
    }
  }
  due(retire_at_);
}

}  // namespace healer
