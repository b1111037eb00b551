package consent

import (
	"slices"
	"strings"
	"time"

	"github.com/garant-rgpd/garant/law"
	"github.com/garant-rgpd/garant/policy"
)

// banned applies the bans on offers about homes, which come before any consent.
func (x *asked) banned() verdict {
	if !x.prospecting() || !x.consumer() || !x.q.Channel.phone() && !x.q.Channel.written() {
		return verdict{}
	}
	goods, entry := x.law.phoneBan, "sector.ban.phone"
	if x.q.Channel.written() {
		goods, entry = x.law.messageBan, "sector.ban.messages"
	}
	switch {
	case len(goods) == 0:
		return verdict{}
	case x.goods == "":
		return no(GoodsUnknown).from(entry)
	case !goods[x.goods]:
		return verdict{}
	}
	if c, ok := x.related(); ok {
		// The contract lifts the ban, not the opt-in of article L. 34-5 on messages and machines.
		x.open = x.q.Channel == Call
		x.ground = verdict{rule: ByContract, proofs: ids(c.ID)}
		return verdict{}
	}
	if v := x.callback(ByCallback); v.rule != "" {
		return v
	}
	if x.q.Channel.written() && x.chose(MessagesConsent) == "consent" {
		x.only = true
		return verdict{}
	}
	return no(SectorBan).from(entry)
}

// callback looks for the person's own request to be called, about these goods, provable and
// recent. Such a call is not prospecting, so that hours and attempts do not bind it. It answers
// whom the person asked: a third party was not.
func (x *asked) callback(rule Rule) verdict {
	if x.q.Channel != Call || x.q.Partner != "" {
		return verdict{}
	}
	for _, r := range x.f.Requests {
		if r.Proof == "" || !x.pending(r) || !x.about(r.About) {
			continue
		}
		v := verdict{rule: rule, proofs: ids(r.ID)}
		if x.law.callbackDays > 0 {
			last := x.book.calendars[x.place].Ouvrables(policy.DateOf(r.At, x.zone), x.law.callbackDays)
			if !x.day.After(last) {
				return v
			}
			continue
		}
		ends := r.At.Add(time.Duration(x.law.callbackHours) * time.Hour)
		if x.law.callbackHours > 0 && !x.f.Bought && !x.q.At.After(ends) && x.chose(CallbackBefore) == "requested_48h" {
			v.rule, v.until = ByCallbackBefore, ends.Add(time.Nanosecond)
			return v
		}
	}
	return verdict{}
}

// phoned asks for what lets a consumer's telephone ring, or anybody's when a machine calls.
func (x *asked) phoned() verdict {
	if !x.prospecting() || !x.q.Channel.phone() || x.open {
		return verdict{}
	}
	if x.q.Channel == Automated {
		return x.needConsent("phone.automated")
	}
	if !x.consumer() {
		return x.business()
	}
	if x.goods == PressGoods && x.law.values.Has("phone.press") {
		x.ground = verdict{rule: AsPress}
		return verdict{}
	}
	if c, ok := x.related(); ok {
		x.ground = verdict{rule: ByContract, proofs: ids(c.ID)}
		return verdict{}
	}
	return x.opted()
}

// opted applies the regime of the day: opposition list or prior consent.
func (x *asked) opted() verdict {
	switch x.law.regime {
	case "consent":
		if v := x.callback(ByCallbackAnyhow); v.rule != "" {
			return v
		}
		return x.needConsent("phone.regime")
	case "opposition":
		fresh := !x.f.Screened.IsZero() && !x.f.Screened.After(x.day) && !x.f.Screened.Add(policy.Days(x.law.screenDays)).Before(x.day)
		if !fresh {
			return no(NotScreened)
		}
		x.ground = verdict{rule: ByScreening}
	default:
		x.ground = verdict{rule: BeforeTheLaw}
	}
	return verdict{}
}

// dialled applies days, hours and the number of attempts to calls that prospect consumers.
func (x *asked) dialled() verdict {
	if !x.q.Channel.phone() || !x.prospecting() {
		return verdict{}
	}
	if v := x.caller(); v.rule != "" {
		return v
	}
	if !x.consumer() {
		return verdict{}
	}
	if v := x.onTime(); v.rule != "" {
		return v
	}
	if v := x.attempted(); v.rule != "" {
		return v
	}
	return x.silent()
}

func (x *asked) caller() verdict {
	if !x.law.values.Has("phone.caller") {
		return verdict{}
	}
	if x.q.Caller == "" {
		return verdict{}
	}
	number := normal(ByPhone, x.q.Caller)
	switch {
	case x.q.Caller == Masked:
		return no(CallerHidden)
	case x.q.Channel == Automated && (strings.HasPrefix(number, "06") || strings.HasPrefix(number, "07")):
		return no(CallerMobile)
	}
	return verdict{}
}

// onTime reads the clock of the person, or every clock of France where the place is not known
// and the owner chose no place.
func (x *asked) onTime() verdict {
	if len(x.law.hours) == 0 {
		return verdict{}
	}
	for _, s := range x.f.Slots {
		late := x.q.At.Sub(s.At)
		if s.Proof != "" && late >= 0 && late < time.Duration(x.law.slotMinutes)*time.Minute {
			x.ends = s.At.Add(time.Duration(x.law.slotMinutes) * time.Minute)
			x.ground.proofs = append(slices.Clone(x.ground.proofs), ids(s.ID)...)
			return verdict{}
		}
	}
	for _, place := range x.places() {
		if v := x.onTimeIn(place); v.rule != "" {
			return v
		}
	}
	return verdict{}
}

func (x *asked) places() []law.Territory {
	if x.f.Place != "" {
		return []law.Territory{x.f.Place}
	}
	mode := x.chose(UnknownPlace)
	if mode == "metropole" {
		return []law.Territory{law.Metropole}
	}
	return law.Territories()
}

func (x *asked) onTimeIn(place law.Territory) verdict {
	zone := x.book.zones[place]
	local := x.q.At.In(zone)
	day := policy.DateOf(x.q.At, zone)
	if !x.book.calendars[place].Working(day) {
		return verdict{rule: DayOff, until: x.opening(place, nextDay(day), 0)}
	}
	minute := local.Hour()*60 + local.Minute()
	for _, s := range x.law.hours {
		if minute >= s.From && minute < s.To {
			x.endBy(clock(day, s.To, zone))
			return verdict{}
		}
	}
	return verdict{rule: OutsideHours, until: x.opening(place, day, minute)}
}

// endBy notes the earliest end of the hours of calling.
func (x *asked) endBy(t time.Time) {
	if x.ends.IsZero() || t.Before(x.ends) {
		x.ends = t
	}
}

// opening returns when calling begins again in a place, from a minute of a day on.
func (x *asked) opening(place law.Territory, day policy.Date, minute int) time.Time {
	calendar, zone := x.book.calendars[place], x.book.zones[place]
	for ; ; day, minute = nextDay(day), 0 {
		if !calendar.Working(day) {
			continue
		}
		for _, s := range x.law.hours {
			if s.From >= minute {
				return clock(day, s.From, zone)
			}
		}
	}
}

// clock is the instant at which a clock shows a minute of a day.
func clock(d policy.Date, minute int, zone *time.Location) time.Time {
	return time.Date(d.Year, d.Month, d.Day, minute/60, minute%60, 0, 0, zone)
}

// attempted counts calls and attempts of the window that ends with the day.
func (x *asked) attempted() verdict {
	if x.law.attempts == 0 {
		return verdict{}
	}
	var days []policy.Date
	for _, c := range x.f.Contacts {
		d := policy.DateOf(c.At, x.zone)
		if c.Channel.phone() && !c.Service && x.past(c.At) && d.Add(x.law.window).After(x.day) {
			days = append(days, d)
		}
	}
	if len(days) < x.law.attempts {
		return verdict{}
	}
	slices.SortFunc(days, policy.Date.Compare)
	return verdict{rule: TooManyAttempts, until: days[len(days)-x.law.attempts].Add(x.law.window).Start(x.zone)}
}

// silent applies the sixty days after a refusal, while the law had them.
func (x *asked) silent() verdict {
	if x.law.silence.IsZero() {
		return verdict{}
	}
	for _, c := range x.f.Contacts {
		last := policy.DateOf(c.At, x.zone).Add(x.law.silence)
		if c.Outcome != Refused || !c.Channel.phone() || !x.past(c.At) || x.day.After(last) {
			continue
		}
		if x.consentedAfter(c.At) && x.chose(SilenceAfterConsent) == "ends" {
			continue
		}
		return verdict{rule: SilenceAfterNo, proofs: ids(c.ID), until: nextDay(last).Start(x.zone)}
	}
	return verdict{}
}
