package consent

import (
	"slices"

	"github.com/garant-rgpd/garant/law"
	"github.com/garant-rgpd/garant/policy"
)

// Point is a question that the law leaves open.
type Point string

// The contested points.
const (
	// CallbackBefore: was a call-back asked for in a banned sector allowed before the decree?
	CallbackBefore Point = "callback_before_decree"
	// Heating: is to replace a boiler to save energy?
	Heating Point = "heating_replacement"
	// MessagesConsent: does consent lift the ban on messages in the banned sectors?
	MessagesConsent Point = "messages_ban"
	// SilenceAfterConsent: did a new consent end the sixty days after a refusal?
	SilenceAfterConsent Point = "silence_after_consent"
	// RefusalInCall: is a refusal said in a call a withdrawal?
	RefusalInCall Point = "refusal_in_call"
	// UnknownPlace: where is a person of whom no place is known?
	UnknownPlace Point = "unknown_place"
)

// points lists for each point its modes, the strict one first: it holds where nobody chose.
var points = map[Point][]string{
	CallbackBefore:      {"strict", "requested_48h"},
	Heating:             {"energy_saving", "other"},
	MessagesConsent:     {"strict", "consent"},
	SilenceAfterConsent: {"stays", "ends"},
	RefusalInCall:       {"withdrawal", "noted"},
	UnknownPlace:        {"everywhere", "metropole"},
}

// Points lists the contested points.
func Points() []Point {
	return []Point{CallbackBefore, Heating, MessagesConsent, SilenceAfterConsent, RefusalInCall, UnknownPlace}
}

// Modes returns what may be chosen on a point, the strict mode first; none for no point.
func (p Point) Modes() []string { return slices.Clone(points[p]) }

// Choice is the owner's decision on a contested point, with who took it and since when.
type Choice struct {
	Point Point
	Mode  string
	By    string
	On    policy.Date
	Why   string
}

// Choices are the decisions taken. Where none was, and before it was signed, the strict
// mode holds.
type Choices []Choice

// mode returns the mode on a day, and whether the owner chose it.
func (c Choices) mode(p Point, day policy.Date) (string, bool) {
	mode, chosen, since := points[p][0], false, policy.Date{}
	for _, x := range c {
		if x.Point == p && x.By != "" && !x.On.IsZero() && !x.On.After(day) && !x.On.Before(since) {
			mode, chosen, since = x.Mode, true, x.On
		}
	}
	return mode, chosen
}

// assumed is the place of a person of whom none is known; empty for everywhere.
func (c Choices) assumed(day policy.Date) (law.Territory, bool) {
	mode, chosen := c.mode(UnknownPlace, day)
	if mode == "metropole" {
		return law.Metropole, chosen
	}
	return "", chosen
}
