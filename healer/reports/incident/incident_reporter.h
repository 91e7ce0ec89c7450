// Reports of incidents: one document for each, and a section in the open week's report for each breach of log
// thresholds. Notices about them do not wait for the reports (breach_notices.h).
//
// What is due follows from the journal and from the reports' state files alone. So a report that was due when
// the healer died is written after the restart, and none is written twice.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <stop_token>
#include <string>

#include "base/os/clock.h"
#include "base/result.h"
#include "healer/config/config.h"
#include "healer/model/notice.h"
#include "healer/reports/incident/breach_notices.h"
#include "healer/reports/incident/incident.h"
#include "healer/state/snapshot.h"

namespace healer {

// Adds where the incident's report is, or will be shortly: a field `report`, and a link if external_url is
// set. Pure.
void add_report(Notice& notice, base::WallTime opened_at, const Config& config);

// Not thread-safe; blocks for Prometheus, the exporter and the disk.
class IncidentReporter {
 public:
  // `notices` outlives it and may be used by other threads at the same time.
  IncidentReporter(const base::Clock& clock, BreachNotices& notices) : clock_(clock), notices_(notices) {}

  // Sends the notices that are due, then writes the reports that are due, until a stop is requested. Returns
  // after how long there may be more to do if nothing changes; zero after a stop request.
  std::optional<base::Duration> write_due(const View& view, const Config& config,
                                          const std::stop_token& stop = {});

  std::uint64_t written() const { return written_; }  // reports and sections
  std::uint64_t errors() const { return errors_; }    // of writing them
  std::size_t due() const { return due_; }            // what could not be written and is retried

 private:
  // The state of an incident's reports. In memory only: it can be derived from the files.
  struct ReportState {
    std::string report;                      // the state that its report shows
    std::optional<std::size_t> section_for;  // how many kinds of alerts it had when its section was settled
  };
  // An error: a file cannot be read or written.
  base::Result<> attend(const IncidentView& incident, ReportState& report_state, const View& view,
                        const Config& config);
  base::Result<> write_section(const reports::IncidentFacts& facts, std::uint64_t number,
                               const Config& config);
  // For a breach whose alert names no playbook: there is no incident, and the section says so. At most once
  // an hour, and not if an incident's section covers the same hour.
  base::Result<> write_section(const Alert& alert, const Config& config);
  void failed(const base::Error& error);

  const base::Clock& clock_;
  BreachNotices& notices_;
  std::map<std::string, ReportState> report_states_;  // by incident
  std::map<std::string, base::WallTime>
      for_operator_;  // breaches that were handled, by fingerprint: their start
  std::uint64_t written_ = 0;
  std::uint64_t errors_ = 0;
  std::size_t due_ = 0;
  base::Duration retry_ = base::Duration::zero();
};

}  // namespace healer
