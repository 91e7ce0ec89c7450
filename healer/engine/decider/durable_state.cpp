#include "healer/engine/decider/durable_state.h"

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <utility>

#include "base/log.h"
#include "healer/state/checkpoint.h"
#include "healer/state/incident_states.h"
#include "healer/state/retention.h"

namespace healer {
namespace {

using namespace std::chrono_literals;

constexpr base::Duration kJournalRetry = 1s;
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

DurableState::DurableState(journal::Journal& journal, const base::Clock& clock, StepContext& step)
    : journal_(journal), clock_(clock), step_(step), alerts_(journal, clock) {}

base::Result<> DurableState::read() {
  const auto loaded = load();
  if (loaded) history_.begin_life(step_.now.mono);
  return loaded;
}

base::Result<> DurableState::load() {
  CheckpointReader checkpoint(history_, alerts_, step_.now);
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
  alerts_.forget();
  CheckpointReader all(history_, alerts_, step_.now);
  return journal_.load([&all](std::string_view line) { return all.take(line); },
                       [&](const Entry& entry) {
                         note_start(entry);
                         all.take(entry);
                       },
                       journal::kNewest);
}

std::string DurableState::find_missing(const std::vector<policy::Published>& published) {
  if (const auto reason = journal_.quarantined()) return "the journal was quarantined: " + *reason;
  auto missing = journal_.unproven();
  if (!missing) missing = policy::missing_records(published, records(), last_start_);
  if (!missing) return "";
  missing_records_ = *missing;
  return "the journal may lack its newest records: " + *missing;
}

bool DurableState::append(const std::vector<Record>& records) {
  if (records.empty()) return true;
  if (failing_since_) return false;
  for (const Record& record : records) {
    const auto* moved = std::get_if<IncidentMoved>(&record.fact);
    if (moved != nullptr && !may_move(moved->from, moved->to)) {
      throw std::logic_error("incident " + incident_id(moved->incident) + " may not move from " +
                             std::string(to_string(moved->from)) + " to " +
                             std::string(to_string(moved->to)));
    }
  }
  const auto seqs = journal_.append(records);
  if (!seqs) {
    failed(seqs.error().message);
    return false;
  }
  apply(*seqs, records);
  return true;
}

bool DurableState::begin(std::vector<Record> records) {
  if (append(records)) return true;
  backlog_ = std::move(records);
  return false;
}

void DurableState::apply(const std::vector<std::uint64_t>& seqs, const std::vector<Record>& records) {
  for (std::size_t i = 0; i < records.size(); ++i) history_.apply({seqs[i], records[i]}, step_.now.mono);
}

void DurableState::failed(const std::string& error) {
  retry_at_ = step_.now.mono + kJournalRetry;
  failure_ = error;
  if (failing_since_) return;
  failing_since_ = step_.now.wall;
  base::log::error("failed to write the journal; no actions run until it is writable", {{"error", error}});
}

bool DurableState::retry() {
  // The HTTP threads write to the journal as well, so their failures and successes count here too.
  const auto last_error = journal_.last_error();
  if (!failing_since_) {
    if (last_error) failed(*last_error);
    return false;
  }
  if (last_error && step_.now.mono < *retry_at_) return false;
  std::vector<Record> records = backlog_;
  records.push_back({step_.now.wall, JournalFailed{*failing_since_, failure_}});
  const auto seqs = journal_.append(records);
  if (!seqs) {
    failed(seqs.error().message);
    return false;
  }
  apply(*seqs, records);
  failing_since_.reset();
  backlog_.clear();
  retry_at_.reset();
  base::log::info("the journal is writable again");
  return true;
}

bool DurableState::accept(std::span<const Alert> alerts, AlertStore::Source source, base::MonoTime asked_at) {
  const auto accepted = alerts_.accept(alerts, source, asked_at);
  if (!accepted) failed(accepted.error().message);
  drain_alerts();
  return accepted.has_value();
}

void DurableState::drain_alerts() {
  for (const Entry& entry : alerts_.drain()) apply_alert(entry);
}

void DurableState::apply_alert(const Entry& entry) {
  history_.apply(entry, step_.now.mono);
  ++alert_records_;
}

void DurableState::checkpoint_if_due() {
  if (failing_since_ || journal_.since_checkpoint() < (step_.stopping ? kCheckpointAtStop : kCheckpointEvery))
    return;
  const bool too_early = checkpoint_after_ && step_.now.mono < *checkpoint_after_;
  if (!step_.stopping && (journal_.checkpointing() || too_early)) return;
  save_checkpoint();
}

bool DurableState::save_checkpoint() {
  base::Result<> done;
  const std::vector<Entry> drained = alerts_.drain();
  for (const Entry& entry : drained) apply_alert(entry);
  bool news = !drained.empty();
  // A copy, so that neither deliveries nor the next turn wait until all of it is written.
  const auto memory = std::make_shared<Memory>(step_.stopping ? History() : history_);
  alerts_.settle([&](const std::vector<Entry>& fresh, const Known& known) {
    for (const Entry& entry : fresh) {
      apply_alert(entry);
      memory->history.apply(entry, step_.now.mono);
    }
    news = news || !fresh.empty();
    if (step_.stopping) {
      done =
          journal_.checkpoint([&](const auto& line) { write_checkpoint(history_, known, step_.now, line); });
      return;
    }
    memory->known = known;
    done = journal_.checkpoint_beside([memory, now = step_.now](const auto& line) {
      write_checkpoint(memory->history, memory->known, now, line);
    });
  });
  if (news) step_.wake_at(step_.now.mono);
  checkpoint_after_.reset();
  if (done && !journal_.checkpointing()) return true;
  checkpoint_after_ = step_.now.mono + kCheckpointRetry;
  if (done) return false;
  base::log::warn("failed to write a checkpoint; the next start reads more records",
                  {{"error", done.error().message}});
  return false;
}

// Not in the first hour of a process, nor in the hour after the wall clock was set: age is known by that
// clock alone, and removed records cannot be restored.
void DurableState::remove_old_records(bool clock_ok) {
  const base::Duration keep = step_.config->journal.retention;
  const base::Duration every = std::clamp<base::Duration>(keep / 4, kRetireMore, kRetireEvery);
  if (!retire_at_ || !clock_ok) retire_at_ = step_.now.mono + every;
  if (failing_since_ || step_.stopping || step_.now.mono < *retire_at_) return step_.wake_at(retire_at_);
  retire_at_ = step_.now.mono + every;
  const base::WallTime before = step_.now.wall - keep;
  // While a newer checkpoint is being written, the existing one is used.
  const bool far_enough = journal_.checkpointed() > journal_.retired() + kRetiredAtOnce;
  if (is_older(journal_, before) &&
      (far_enough || save_checkpoint() || journal_.checkpointed() > journal_.retired())) {
    const auto retired = healer::retire(journal_, clock_, step_.now, before);
    if (!retired) {
      base::log::warn("failed to remove old records from the journal", {{"error", retired.error().message}});
    } else if (retired->records > 0) {
      base::log::info("old records were removed from the journal", {{"records", retired->records},
                                                                    {"until", base::rfc3339(retired->until)},
                                                                    {"journal_bytes", journal_.bytes()}});
      if (retired->more) retire_at_ = step_.now.mono + kRetireMore;
    }
  }
  step_.wake_at(retire_at_);
}

}  // namespace healer
