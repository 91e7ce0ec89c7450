// Mail by SMTP, with libcurl.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "healer/notify/notifier.h"

namespace healer::notify {

struct SmtpServer {
  std::string url;          // smtp://host[:port] or smtps://…
  bool require_tls = true;  // with smtp://, STARTTLS before anything else
  std::string ca_file;      // whom to trust; empty: whom the system trusts
  std::string username;     // empty: no AUTH
  std::string password;
};

// One attempt; blocks up to the deadline. Delivered when the server took the mail for at least one of `to`.
// What it refuses with a 4xx, and no answer, is to be tried again; a 5xx, a failed login and an untrusted
// certificate are refused for good. The error names the server and never holds user or password.
Delivery send_mail(const SmtpServer& server, const std::string& from, const std::vector<std::string>& to,
                   const std::string& text, base::Deadline deadline);

}  // namespace healer::notify
