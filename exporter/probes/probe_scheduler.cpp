#include "exporter/probes/probe_scheduler.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "base/log.h"
#include "log_analysis/redaction.h"

namespace exporter::probes {
namespace {

// An exception of a prober (out of memory) is a failed run.
ProbeResult ask(Prober& prober, base::Deadline deadline, const std::stop_token& stop) {
  try {
    ProbeResult answer = prober.probe(deadline, stop);
    answer.failure.text =
        log_analysis::mask_secrets(answer.failure.text);  // may quote an address, a server or a command
    return answer;
  } catch (const std::exception& error) {
    ProbeResult answer;
    answer.failure = {Reason::kProtocol, error.what()};
    return answer;
  }
}

// Logs changes only; a lasting state is in the metrics.
void log_change(const std::string& probe, const std::optional<Observation>& before,
                const Observation& after) {
  const auto& failure = after.answer.failure;
  const bool worked = !before || before->answer.success();
  if (!after.answer.success() && (worked || before->answer.failure.reason != failure.reason)) {
    base::log::warn("probe failed",
                    {{"probe", probe}, {"reason", name(failure.reason)}, {"error", failure.text}});
  } else if (after.answer.success() && !worked) {
    base::log::info("probe recovered", {{"probe", probe}, {"failures", before->consecutive_failures}});
  }
}

}  // namespace

ProbeScheduler::ProbeScheduler(std::vector<ScheduledProbe> duties, std::size_t places,
                               const base::Clock& clock, Ended ended)
    : places_(places), clock_(clock), ended_(std::move(ended)) {
  const auto first = clock.now().mono + kFirst;
  for (ScheduledProbe& duty : duties) {
    const Timing timing{.interval = duty.interval, .timeout = duty.timeout};
    members_.push_back(std::make_unique<Member>(std::move(duty), Schedule(timing, first)));
  }
  for (const auto& member : members_) {
    threads_.emplace_back([this, &member = *member](const std::stop_token& stop) { work(member, stop); });
  }
}

ProbeScheduler::~ProbeScheduler() {
  for (auto& thread : threads_) thread.request_stop();
  threads_.clear();
}

void ProbeScheduler::work(Member& member, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    const auto now = clock_.now();
    const auto due = member.schedule.due();
    if (due > now.mono) {
      changed_.wait_until(lock, stop, due, [&] { return member.schedule.due() < due; });
      continue;
    }
    if (const auto free_at = place_free_at(now.mono); free_at > now.mono) {
      changed_.wait_until(lock, stop, free_at, [&] { return place_free_at(clock_.now().mono) < free_at; });
      continue;
    }
    member.schedule.begin(now);
    lock.unlock();
    run(member, now, stop);
    lock.lock();
  }
}

void ProbeScheduler::run(Member& member, base::Now began, const std::stop_token& stop) {
  Observation seen;
  seen.began = began;
  seen.answer = ask(*member.duty.prober, base::Deadline::after(clock_, member.duty.timeout), stop);
  const auto now = clock_.now().mono;
  seen.duration = now - began.mono;
  // An interrupted run has not failed.
  if (!stop.stop_requested() || seen.answer.success()) {
    {
      std::lock_guard lock(mutex_);
      if (!seen.answer.success())
        seen.consecutive_failures = 1 + (member.seen ? member.seen->consecutive_failures : 0);
      log_change(member.duty.probe, member.seen, seen);
      member.seen = seen;
    }
    ended_(member.duty.probe, seen);
  }
  // Last, so that those who wait for the run find its result everywhere. A failed probe is a fact too, so the
  // run succeeded.
  std::lock_guard lock(mutex_);
  member.schedule.finish(now, true, "");
  changed_.notify_all();
}

base::MonoTime ProbeScheduler::place_free_at(base::MonoTime now) const {
  std::vector<base::MonoTime> ends;  // of the runs that occupy a place
  for (const auto& member : members_) {
    if (!member->schedule.running() || member->schedule.overdue(now)) continue;
    ends.push_back(now - member->schedule.lasting(now) + member->duty.timeout + std::chrono::nanoseconds(1));
  }
  if (ends.size() < places_) return now;
  std::ranges::sort(ends);
  return ends[ends.size() - places_];
}

std::vector<std::string> ProbeScheduler::run_all(base::Deadline deadline) {
  std::unique_lock lock(mutex_);
  std::vector<Run> runs;
  for (const auto& member : members_) runs.push_back(member->schedule.request());
  changed_.notify_all();
  const auto missing = [&] {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < runs.size(); ++i) {
      if (!members_[i]->schedule.ended(runs[i])) names.push_back(members_[i]->duty.probe);
    }
    return names;
  };
  changed_.wait_until(lock, deadline.at(), [&] { return missing().empty(); });
  return missing();
}

std::vector<ProbeScheduler::State> ProbeScheduler::states() const {
  std::lock_guard lock(mutex_);
  const auto now = clock_.now().mono;
  std::vector<State> states;
  for (const auto& member : members_) {
    // The age of a result continues across a reload.
    const bool fresh = member->seen && now - member->seen->began.mono <= 3 * member->duty.interval;
    states.push_back({member->seen, fresh});
  }
  return states;
}

}  // namespace exporter::probes
