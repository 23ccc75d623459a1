/**
 * Built-in components that scroll: scroll-view and swiper.
 */
import React from 'react';
import { classes, isOn, makeEvent, passThrough, tapProps, touchProps, useDrawn } from '../events.js';
import { parseStyle } from '../styles.js';

const h = React.createElement;

export function ScrollView(props) {
  const ref = useDrawn(props);
  const edge = React.useRef('start');
  const { scrollTop, scrollLeft, scrollIntoView, scrollWithAnimation } = props;
  React.useLayoutEffect(() => {
    if (scrollTop !== undefined) ref.current.scrollTop = Number(scrollTop);
  }, [scrollTop]);
  React.useLayoutEffect(() => {
    if (scrollLeft !== undefined) ref.current.scrollLeft = Number(scrollLeft);
  }, [scrollLeft]);
  React.useEffect(() => {
    const target = scrollIntoView && ref.current.querySelector(`#${CSS.escape(scrollIntoView)}`);
    if (target)
      target.scrollIntoView({
        behavior: isOn(scrollWithAnimation) ? 'smooth' : 'auto',
        block: 'nearest',
        inline: 'start',
      });
  }, [scrollIntoView]);
  const onScroll = (event) => {
    if (event.target !== event.currentTarget) return;
    const box = event.currentTarget;
    const detail = {
      scrollTop: box.scrollTop,
      scrollLeft: box.scrollLeft,
      scrollHeight: box.scrollHeight,
      scrollWidth: box.scrollWidth,
    };
    if (props.onScroll) props.onScroll(makeEvent('scroll', event, detail));
    const across = isOn(props.scrollX);
    const before = across ? box.scrollLeft : box.scrollTop;
    const after = across
      ? box.scrollWidth - box.scrollLeft - box.clientWidth
      : box.scrollHeight - box.scrollTop - box.clientHeight;
    const next =
      after <= Number(props.lowerThreshold || 50)
        ? 'end'
        : before <= Number(props.upperThreshold || 50)
          ? 'start'
          : 'middle';
    if (next !== edge.current && next === 'end' && props.onScrollToLower)
      props.onScrollToLower(makeEvent('scrollToLower', event));
    if (next !== edge.current && next === 'start' && props.onScrollToUpper)
      props.onScrollToUpper(makeEvent('scrollToUpper', event));
    edge.current = next;
  };
  const attributes = {
    ref,
    ...passThrough(props),
    ...touchProps(props),
    ...tapProps(props),
    onScroll,
    className: classes(
      'a-scroll-view',
      isOn(props.scrollX) && 'a-scroll-x',
      isOn(props.scrollY) && 'a-scroll-y',
      props.className,
    ),
    style: parseStyle(props.style),
  };
  return h('div', attributes, props.children);
}

export function Swiper(props) {
  const ref = useDrawn(props);
  const count = React.Children.count(props.children);
  const [current, setCurrent] = React.useState(Number(props.current) || 0);
  const go = (index) => ref.current.firstChild.scrollTo({ left: index * ref.current.clientWidth, behavior: 'smooth' });
  React.useEffect(() => {
    if (props.current !== undefined) go(Number(props.current));
  }, [props.current]);
  React.useEffect(() => {
    if (!isOn(props.autoplay) || count < 2) return undefined;
    const timer = setInterval(() => go((current + 1) % count), Number(props.interval) || 5000);
    return () => clearInterval(timer);
  }, [props.autoplay, props.interval, count, current]);
  const onScroll = (event) => {
    const next = Math.round(event.currentTarget.scrollLeft / event.currentTarget.clientWidth);
    if (next === current) return;
    setCurrent(next);
    if (props.onChange)
      props.onChange(makeEvent('change', { target: ref.current, currentTarget: ref.current }, { current: next }));
  };
  const dots =
    isOn(props.indicatorDots) &&
    h(
      'div',
      { className: 'a-swiper-dots', 'aria-hidden': true },
      Array.from({ length: count }, (_, index) => h('span', { key: index, className: index === current ? 'on' : '' })),
    );
  const attributes = {
    ref,
    ...passThrough(props),
    ...tapProps(props),
    className: classes('a-swiper', props.className),
    style: parseStyle(props.style),
  };
  return h('div', attributes, h('div', { className: 'a-swiper-track', onScroll }, props.children), dots || null);
}

export function SwiperItem(props) {
  const ref = useDrawn(props);
  return h(
    'div',
    {
      ref,
      ...passThrough(props),
      ...tapProps(props),
      className: classes('a-swiper-item', props.className),
      style: parseStyle(props.style),
    },
    props.children,
  );
}
