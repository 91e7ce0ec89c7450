// What becomes of incidents on paper: a report of each, a section in the open week's report for each breach
// of the logs' limits, and notices that say of them what only others know: exact counts, where the report is.
//
// What is due is told by the journal and by the files that are there, by nothing else: so a report that was
// due when the healer died is written by the next one, and none is written twice.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "healer/config.h"
#include "healer/notice.h"
#include "healer/reports/breach_counts.h"
#include "healer/reports/gather.h"
#include "healer/reports/incident.h"
#include "healer/view.h"

namespace healer {

// Where the report of the incident is, or will be in a moment: a field `report`, and a link where people can
// reach the healer. Pure.
void add_report(Notice& notice, base::WallTime opened_at, const Config& config);

// Not thread-safe; blocks for Prometheus, the exporter and the disk.
class Chronicle {
 public:
  using Tell = std::function<void(Notice)>;
  Chronicle(const base::Clock& clock, Tell tell) : clock_(clock), tell_(std::move(tell)) {}

  // Tells a notice of kAutoHealTriggered with the exact counts of the whole stack, or as it is where they
  // cannot be had.
  void trigger(Notice notice, const Config& config, const View& view);

  // Writes what is due, until it is asked to stop. Returns after how long there may be more to do if nothing
  // changes: at once where it was asked to stop.
  std::optional<base::Duration> write_due(const View& view, const Config& config,
                                          const std::stop_token& stop = {});

  std::uint64_t written() const { return written_; }  // reports and sections
  std::uint64_t errors() const { return errors_; }    // of writing them
  std::size_t due() const { return due_; }            // what could not be written and is tried again

 private:
  // What is known of an incident's papers. In memory only: the files say the same.
  struct Papers {
    std::string report;                      // the state that its report tells
    std::optional<std::size_t> section_for;  // how many kinds of alerts it had when its section was settled
  };
  // The error: a file cannot be read or written.
  base::Result<> attend(const IncidentView& incident, Papers& papers, const View& view, const Config& config);
  base::Result<> write_section(const reports::IncidentFacts& facts, std::uint64_t number,
                               const Config& config);
  // Of a breach that asks for no healing: there is no incident, and the section says so. Once an hour at
  // most, and not where an incident's section tells of the same hour.
  base::Result<> write_for_people(const Alert& alert, const Config& config);
  Notice::Pairs count(const reports::IncidentFacts& facts, const Config& config);
  void failed(const base::Error& error);

  const base::Clock& clock_;
  Tell tell_;
  std::map<std::string, Papers> papers_;          // by incident
  std::map<std::string, Notice::Pairs> counted_;  // by incident: what its notice said
  std::set<std::string> announced_;               // incidents, in this life
  std::map<std::string, base::WallTime>
      for_people_;  // breaches that were seen to, by fingerprint: their start
  std::uint64_t written_ = 0;
  std::uint64_t errors_ = 0;
  std::size_t due_ = 0;
  base::Duration retry_ = base::Duration::zero();
};

}  // namespace healer
