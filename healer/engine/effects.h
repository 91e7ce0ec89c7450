// The decider's interface to the outside. No call blocks; results come back as an Input. The application runs
// requests on its own threads; scenarios script them.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "base/os/clock.h"
#include "base/result.h"
#include "healer/config/config.h"
#include "healer/model/inputs.h"
#include "healer/model/model.h"
#include "healer/model/notice.h"
#include "healer/model/policy/policy_document.h"

namespace healer {

// Run one rung's action. Its intent is durable before this is called.
struct ActionRequest {
  std::string action_id;  // INC-17/2: the incident and the count of its actions
  std::string incident;
  std::string playbook;
  std::size_t rung = 0;
  std::string action;
  Target target;
  base::Duration timeout{};
  base::WallTime incident_since{};  // when the incident was opened
  std::optional<Undo> undo{};       // this in place of the rung's action
  // An operator or a schedule started it: it can wait until Prometheus knows of its planned downtime.
  bool maintenance = false;
};

// Check once whether the target is healthy, in facts newer than `facts_after`.
struct CheckRequest {
  std::string incident;
  std::uint64_t round = 0;  // returned with the answer, so that an answer to an older request is recognised
  Target target;
  Verify verify;
  std::vector<Alert> alerts;  // which must no longer be firing
  base::WallTime facts_after{};
  // The last action has started its container, which must therefore run.
  bool should_run = false;
};

class Effects {
 public:
  virtual ~Effects() = default;
  // What the action would do, as text for the intent and for notices. Pure.
  virtual std::string describe(const ActionRequest& order) const = 0;
  // Links to answer a request for approval: name → URL. Each contains a signed token, so they are sent to
  // operators and never logged. Pure. Empty without external_url.
  virtual std::vector<std::pair<std::string, std::string>> approval_links(
      const std::string& /*approval*/, base::WallTime /*expires_at*/,
      const std::string& /*description*/) const {
    return {};
  }
  virtual void run(const ActionRequest& order) = 0;
  virtual void check(const CheckRequest& order) = 0;
  // The error: the policy file cannot be written. The same document again is a retry of the file alone.
  virtual base::Result<> publish(const PolicyDocument& document) = 0;
  // Outputs that could not be updated and still hold a valid document that allows more than the newest one.
  virtual std::vector<std::string> outputs_behind() const { return {}; }
  virtual void notify(const Notice& notice) = 0;
  // Requests Alertmanager's whole list soon. False: no Alertmanager is configured.
  virtual bool ask_alertmanager() { return false; }
  // Answers an operator's command, after its changes are durable.
  virtual void answer(std::uint64_t ticket, const base::Result<>& result) = 0;
};

}  // namespace healer
