// Links that answer an approval question without the healer's token. Each works once.
//
// A link names the approval, the verb and the expiry, and carries an HMAC-SHA256 over these and over the
// action's description. So it is valid only for this question and this answer, until the question is closed.
#pragma once

#include <string>
#include <string_view>

#include "base/os/clock.h"
#include "base/result.h"
#include "healer/model/approval.h"

namespace healer::approvals {

inline constexpr std::string_view kApprove = "approve";
inline constexpr std::string_view kReject = "reject";

// Reads the key. `make`: if the file does not exist, creates it with a random key and mode 0600.
base::Result<std::string> read_key(const std::string& file, bool make);

// Immutable, so thread-safe.
class LinkSigner {
 public:
  explicit LinkSigner(std::string key) : key_(std::move(key)) {}

  // https://salus.example/approvals/APR-17-1?verb=approve&expires=1765944000&token=…
  std::string link(std::string_view external_url, std::string_view approval, std::string_view verb,
                   base::WallTime expires_at, std::string_view description) const;
  // Whether the token is valid for this approval. Takes the same time for every wrong token.
  bool vouches(const Approval& approval, std::string_view verb, std::string_view expires,
               std::string_view token) const;

 private:
  std::string token(std::string_view approval, std::string_view verb, std::string_view expires,
                    std::string_view description) const;

  std::string key_;
};

}  // namespace healer::approvals
