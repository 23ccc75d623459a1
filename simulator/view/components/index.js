/**
 * The built-in components, named as compiled templates import them.
 */
export { CoverImage, CoverView, Icon, Image, Navigator, Progress, Text, View } from './basic.js';
export { ScrollView, Swiper, SwiperItem } from './scrolling.js';
export { Button, Checkbox, CheckboxGroup, Form, Input, Label, Radio, RadioGroup, Switch, Textarea } from './form.js';
