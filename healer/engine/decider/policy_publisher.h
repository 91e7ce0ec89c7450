// Publishes the trading policy: a new document for every change, and a renewal before the old one expires.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/os/clock.h"
#include "healer/engine/decider/step_context.h"
#include "healer/engine/effects.h"

namespace healer {

// Belongs to the decider's thread. The constructor's arguments outlive it.
class PolicyPublisher {
 public:
  PolicyPublisher(Effects& effects, StepContext& step) : effects_(effects), step_(step) {}

  // What a document says.
  struct Content {
    Policy policy{};
    policy::Permissions permissions{};
    std::vector<std::string> causes;
  };
  // Publishes when the content differs from the newest document or when that must be renewed.
  // `journal_records`: all records that were ever written.
  void publish(Content content, std::uint64_t journal_records);
  // Retries the policy file, so that its readers get the document soon after there is space again, not with
  // the next renewal.
  void retry_file();

  bool file_failing() const { return file_failing_; }
  // The newest; nullopt before the first.
  const std::optional<PolicyDocument>& document() const { return document_; }
  // Documents continue after this sequence.
  void continue_after(std::uint64_t sequence) { sequence_ = std::max(sequence_, sequence); }

 private:
  void send();
  std::uint64_t next_sequence();

  Effects& effects_;
  StepContext& step_;
  std::optional<PolicyDocument> document_;
  std::uint64_t sequence_ = 0;
  bool file_failing_ = false;
  std::optional<base::MonoTime> renew_at_;
  std::optional<base::MonoTime> retry_at_;  // while the file fails
};

}  // namespace healer
