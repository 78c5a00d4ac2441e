#pragma once
// The pages behind the link of a message: what is asked, what has been answered, why a link does
// not open. Plain HTML for a phone, no script, nothing fetched. Pure; any thread.

#include <string>
#include <utility>
#include <vector>

#include "app/answer_form.h"
#include "app/answer_link.h"
#include "app/answer_view.h"

namespace kip {

// The message with its forms. `typed` with `mistakes`: what came back and is shown again.
std::string ask_page(const AnswerView& view, const Policy& policy, const AnswerForm* typed,
                     const Mistakes& mistakes);

struct Confirmed {
  const AnswerItem* item = nullptr;
  Answer answer;
};
// `answered`: empty where all of it was over.
std::string done_page(const AnswerView& view, const Policy& policy,
                      const std::vector<Confirmed>& answered);
std::string refused_page(const OpenedLink& opened, Instant now);
std::string try_again_page();  // of a form: it may have been written, or not
std::string unreadable_form_page(const std::string& why);

// The parts of the item's forms (answer_fields.cc).
std::string item_form(const AnswerView& view, const AnswerItem& item, const Policy& policy,
                      const AnswerForm* typed, const Mistakes& mistakes);
std::string mistakes_box(const Mistakes& mistakes);
std::string plan_field(bool needed, const AnswerForm* typed);
std::string hidden_field(const std::string& name, const std::string& value);
// How many answers there have been: makes a later answer another than an earlier one.
std::string seen_count(const AnswerView& view);
// "Phòng tôi", "Đơn vị tôi".
std::string our_unit(const AnswerView& view, const Policy& policy);

}  // namespace kip
