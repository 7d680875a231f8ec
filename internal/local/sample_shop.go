package local

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// order is one order of the sample's shop. The shop writes to the stream by
// four ways: its front end puts plain JSON, its warehouse uses the KPL, its
// carrier compresses, and its payment service's log is subscribed to.
type order struct {
	id       string
	customer string
	currency string
	items    []item
}

type item struct {
	SKU      string  `json:"sku"`
	Quantity int     `json:"quantity"`
	Price    float64 `json:"price"`
}

// orderEvent is what the stream holds of an order.
type orderEvent struct {
	OrderID  string  `json:"orderId"`
	Event    string  `json:"event"`
	Customer string  `json:"customer"`
	Total    float64 `json:"total"`
	Currency string  `json:"currency"`
	Items    []item  `json:"items"`
}

func (o *order) event(name string) orderEvent {
	cents := 0.0
	for _, i := range o.items {
		cents += float64(i.Quantity) * i.Price * 100
	}
	return orderEvent{o.id, name, o.customer, float64(int(cents+0.5)) / 100, o.currency, o.items}
}

// ordersPerDay makes some 2,000 Kinesis records.
const ordersPerDay = 640

// shop draws orders from a seed.
type shop struct {
	random *rand.Rand
	ids    map[string]bool // given already
}

func newShop() *shop {
	s := &shop{rand.New(rand.NewPCG(2013, 1202)), map[string]bool{}}
	for _, id := range []string{SamplePlainOrder, SampleCompressedOrder, SampleAggregatedOrder,
		SampleClosedShardOrder, SampleLoggedOrder, SampleMissingOrder} {
		s.ids[id] = true
	}
	return s
}

// shopDay is a day's happenings in the shop, in no order.
func shopDay() []happening {
	var all []happening
	s := newShop()
	for range ordersPerDay {
		all = append(all, s.life(s.order(), s.span(0, sampleDay))...)
	}
	var day []happening
	for _, h := range all {
		if h.after < sampleDay {
			day = append(day, h)
		}
	}
	return day
}

// life is what happens to an order.
func (s *shop) life(o *order, placed time.Duration) []happening {
	paid := placed + s.span(5*time.Second, 4*time.Minute)
	if s.random.IntN(20) == 0 {
		return []happening{
			{placed, func(f *feed) error { return f.plain(o.event("placed")) }},
			{paid, func(f *feed) error { return f.log(o, "declined") }},
			{paid, func(f *feed) error { return f.plain(o.event("cancelled")) }},
		}
	}
	packed := paid + s.span(10*time.Minute, 3*time.Hour)
	shipped := packed + s.span(5*time.Minute, 2*time.Hour)
	delivered := shipped + s.span(2*time.Hour, 9*time.Hour)
	return []happening{
		{placed, func(f *feed) error { return f.plain(o.event("placed")) }},
		{paid, func(f *feed) error { return f.log(o, "authorised") }},
		{paid, func(f *feed) error { return f.plain(o.event("paid")) }},
		{packed, func(f *feed) error { return f.aggregate(o.event("packed")) }},
		{shipped, func(f *feed) error { return f.aggregate(o.event("shipped")) }},
		{delivered, func(f *feed) error { return f.compressed(o.event("delivered")) }},
	}
}

// namedOrders are the orders with names, each in the one place that its
// constant tells.
func namedOrders() []happening {
	o := func(id, customer string) *order {
		return &order{id, customer, "EUR", []item{{"sku-1042", 1, 24.9}, {"sku-2077", 2, 17.5}}}
	}
	return []happening{
		{20*time.Hour + 17*time.Minute, func(f *feed) error { return f.plain(o(SamplePlainOrder, "user-204").event("placed")) }},
		{18*time.Hour + 40*time.Minute, func(f *feed) error { return f.compressed(o(SampleCompressedOrder, "user-731").event("refunded")) }},
		{21*time.Hour + 5*time.Minute, func(f *feed) error { return f.aggregate(o(SampleAggregatedOrder, "user-388").event("shipped")) }},
		{6*time.Hour + 52*time.Minute, func(f *feed) error { return f.plain(o(SampleClosedShardOrder, "user-104").event("placed")) }},
		{15*time.Hour + 33*time.Minute, func(f *feed) error { return f.log(o(SampleLoggedOrder, "user-559"), "declined") }},
	}
}

// order draws an order whose id no other has.
func (s *shop) order() *order {
	o := &order{
		id:       s.id(),
		customer: fmt.Sprintf("user-%d", 100+s.random.IntN(900)),
		currency: []string{"EUR", "EUR", "EUR", "CHF", "SEK"}[s.random.IntN(5)],
	}
	for range 1 + s.random.IntN(4) {
		sku := fmt.Sprintf("sku-%d", 1000+s.random.IntN(1500))
		o.items = append(o.items, item{sku, 1 + s.random.IntN(3), float64(199+s.random.IntN(9800)) / 100})
	}
	return o
}

func (s *shop) id() string {
	const letters = "0123456789bcdfghjkmnpqrstvwxz"
	for {
		id := []byte("ord-......")
		for i := 4; i < len(id); i++ {
			id[i] = letters[s.random.IntN(len(letters))]
		}
		if !s.ids[string(id)] {
			s.ids[string(id)] = true
			return string(id)
		}
	}
}

// span draws a time between two, to the millisecond.
func (s *shop) span(least, most time.Duration) time.Duration {
	return (least + time.Duration(s.random.Int64N(int64(most-least)))).Truncate(time.Millisecond)
}
