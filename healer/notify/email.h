// Notices as mail.
#pragma once

#include <memory>

#include "healer/notify/notifier.h"
#include "healer/notify/smtp_message.h"

namespace healer::notify {

// The mail that a notice becomes. Its id is the same whenever the notice is.
Mail mail_of(const Notice& notice, const NotifierConfig& config, const Wording& wording);

std::unique_ptr<Notifier> make_email(const NotifierConfig& config, const Wording& wording);

}  // namespace healer::notify
