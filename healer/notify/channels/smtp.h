// Mail by SMTP, with libcurl.
#pragma once

#include <string>
#include <vector>

#include "base/os/clock.h"
#include "healer/notify/notifier.h"

namespace healer::notify {

struct SmtpServer {
  std::string url;          // smtp://host[:port] or smtps://…
  bool require_tls = true;  // with smtp://: STARTTLS first
  std::string ca_file;      // trusted CAs; empty: the system's
  std::string username;     // empty: no AUTH
  std::string password;
};

// One attempt; blocks up to the deadline. Delivered: the server accepted the mail for at least one of `to`.
// Retry: a 4xx or no answer. Refused: a 5xx, a failed login or an untrusted certificate. The error names the
// server and never contains user or password.
Delivery send_mail(const SmtpServer& server, const std::string& from, const std::vector<std::string>& to,
                   const std::string& text, base::Deadline deadline);

}  // namespace healer::notify
