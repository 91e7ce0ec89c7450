#include "healer/notify/channels/smtp.h"

#include "tests/catch.h"

// Servers that answer are in notify_test.py.
TEST_CASE("a mail server that is away is tried again, and named without its password") {
  const base::SystemClock clock;
  const healer::notify::SmtpServer server{.url = "smtp://127.0.0.1:1",
                                          .require_tls = true,
                                          .ca_file = "",
                                          .username = "salus",
                                          .password = "s3cr3t"};
  const auto delivery = healer::notify::send_mail(server, "a@example.org", {"b@example.org"}, "text",
                                                  base::Deadline::after(clock, std::chrono::seconds(5)));
  CHECK(delivery.status == healer::notify::Delivery::Status::kRetry);
  CHECK_THAT(delivery.error, Catch::StartsWith("127.0.0.1:1: ") && !Catch::Contains("s3cr3t"));
}
