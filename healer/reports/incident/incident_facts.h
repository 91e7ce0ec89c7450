// Collects the facts of an incident from the journal's records.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "healer/journal/records/record.h"
#include "healer/reports/incident/incident.h"

namespace healer::reports {

// Reads records in order, from the first one or from one before the delivery of the incident's alerts. No
// I/O.
class IncidentReader {
 public:
  explicit IncidentReader(std::uint64_t number) : number_(number) {}

  void take(const Entry& entry);

  // nullopt if no record opened the incident. `policy_now`: the current policy, for a journal without policy
  // records; not needed if the journal was read from its beginning.
  std::optional<IncidentFacts> finish(std::optional<Policy> policy_now = std::nullopt) &&;

 private:
  bool has_facts() const { return facts_.has_value(); }
  bool open() const { return has_facts() && !facts_->closed_at; }
  // Adds an entry to the timeline. `own`: it is about this incident, so a report without it is outdated.
  void tell(std::string what, bool own = true);
  void join(const std::string& fingerprint, const std::string& name);
  void stand(Policy policy, std::vector<std::string> causes);

  template <class Fact>
  void take_fact(const Fact&) {}
  void take_fact(const ProcessStarted& fact);
  void take_fact(const AlertSeen& fact);
  void take_fact(const IncidentOpened& fact);
  void take_fact(const AlertJoined& fact);
  void take_fact(const IncidentMoved& fact);
  void take_fact(const ActionIntended& fact);
  void take_fact(const ActionFinished& fact);
  void take_fact(const SymptomReturned& fact);
  void take_fact(const SymptomGone& fact);
  void take_fact(const PolicyMoved& fact);
  void take_fact(const OperatorActed& fact);
  void take_fact(const ApprovalAsked& fact);
  void take_fact(const ApprovalAnswered& fact);
  void take_fact(const StormMoved& fact);
  void take_fact(const JournalFailed& fact);

  struct Other {
    std::string id;
    Target target;
    base::WallTime opened_at{};
    std::string playbook;
    std::string state;
  };

  std::uint64_t number_;
  std::optional<IncidentFacts> facts_;
  base::WallTime at_{};
  std::uint64_t seq_ = 0;
  std::map<std::string, AlertFact> alerts_;  // by fingerprint, with their newest start
  std::map<std::uint64_t, Other> others_;    // incidents before it
  std::optional<Policy> policy_;             // in force before the incident
};

}  // namespace healer::reports
